#pragma once

#include <string>
#include <utility>

#include "engine/scribe.h"
#include "texts/receipt.h"
#include "texts/texts.h"

namespace paydrv::session {

/// Receipts in the session's language, details as JSON. Refers to the texts, which outlive it. Engine's thread.
class Paperwork final : public engine::Scribe {
  public:
    Paperwork(const texts::Texts& texts, texts::ShopNames shop) : texts_(texts), shop_(std::move(shop)) {}

    std::string write(engine::Paper paper, const money::OperationRecord& record,
                      const money::OperationRecord* linked) const override;

  private:
    const texts::Texts& texts_;
    const texts::ShopNames shop_;
};

}  // namespace paydrv::session

#include "session/paperwork.h"

#include <time.h>

#include "office/detail.h"

namespace paydrv::session {
namespace {

// The machine's offset at the moment when the money moved, summer time included.
int utc_offset_minutes(std::int64_t time_ms) {
    const time_t seconds = static_cast<time_t>(time_ms / 1000);
    tm local{};
    if (localtime_r(&seconds, &local) == nullptr) return 0;
    return static_cast<int>(local.tm_gmtoff / 60);
}

}  // namespace

std::string Paperwork::write(engine::Paper paper, const money::OperationRecord& record,
                             const money::OperationRecord* linked) const {
    if (paper == engine::Paper::detail) return office::detail(record, linked);
    texts::ShopNames shop = shop_;
    shop.utc_offset_minutes =
        utc_offset_minutes(record.paid_time_ms != 0 ? record.paid_time_ms : record.created_wall_ms);
    const texts::Copy copy = paper == engine::Paper::receipt_merchant ? texts::Copy::merchant : texts::Copy::customer;
    return texts::receipt(texts::facts_of(record, linked, shop), copy, texts_);
}

}  // namespace paydrv::session

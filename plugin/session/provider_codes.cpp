#include "session/provider_codes.h"

#include "alipay/result_codes.h"

namespace paydrv::session {

std::vector<texts::ProviderCode> provider_codes() {
    using engine::Call;
    std::vector<texts::ProviderCode> codes;
    for (const Call call : {Call::pay, Call::refund, Call::inquire, Call::cancel, Call::inquire_refund}) {
        const bool refund = call == Call::refund || call == Call::inquire_refund;
        for (const alipay::ResultCode& row : alipay::result_codes()) {
            if (row.call != call) continue;
            codes.push_back({refund ? money::Kind::refund : money::Kind::payment, row.code, row.text_key});
        }
    }
    return codes;
}

}  // namespace paydrv::session

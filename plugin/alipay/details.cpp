#include "alipay/details.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "json/json_object.h"

namespace paydrv::alipay {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

enum class Type { text, digits, object, objects };

/// One allowed field. For text and digits a limit in characters; for the others the allowed children.
struct Field {
    std::string_view name;
    Type type;
    std::size_t limit = 0;
    std::span<const Field> children = {};
    std::string_view values = {};  // of text: the allowed ones, between blanks; empty: any
    bool required = false;
};

// Source: Antom docs, pay, request (order and its children); child limits partly from the pages of sibling products.
constexpr Field name_fields[] = {
    {"firstName", Type::text, 32},
    {"middleName", Type::text, 32},
    {"lastName", Type::text, 32},
    {"fullName", Type::text, 128},
};
constexpr Field address_fields[] = {
    {"region", Type::text, 2, {}, {}, true},
    {"state", Type::text, 8},
    {"city", Type::text, 32},
    {"address1", Type::text, 256},
    {"address2", Type::text, 256},
    {"zipCode", Type::text, 32},
    {"label", Type::text, 64},
};
constexpr Field goods_fields[] = {
    {"referenceGoodsId", Type::text, 64, {}, {}, true},
    {"goodsName", Type::text, 256, {}, {}, true},
    {"goodsCategory", Type::text, 64},
    {"goodsBrand", Type::text, 32},
    {"goodsQuantity", Type::digits, 16},
    {"goodsSkuName", Type::text, 64},
    {"deliveryMethodType", Type::text, 32},
};
constexpr Field buyer_fields[] = {
    {"referenceBuyerId", Type::text, 64},
    {"buyerName", Type::object, 0, name_fields},
    {"buyerPhoneNo", Type::text, 24},
    {"buyerEmail", Type::text, 64},
};
constexpr Field shipping_fields[] = {
    {"shippingName", Type::object, 0, name_fields},
    {"shippingAddress", Type::object, 0, address_fields},
    {"shippingCarrier", Type::text, 128},
    {"shippingPhoneNo", Type::text, 24},
};
constexpr Field env_fields[] = {
    {"terminalType", Type::text, 16, {}, " WEB WAP APP MINI_APP "},
    {"osType", Type::text, 16, {}, " IOS ANDROID "},
    {"userAgent", Type::text, 512},
    {"clientIp", Type::text, 64},
};
constexpr Field store_fields[] = {
    {"storeDisplayName", Type::text, 256},
    {"storeAddress", Type::object, 0, address_fields},
    {"storePhoneNo", Type::text, 24},
};
constexpr Field merchant_fields[] = {
    {"merchantDisplayName", Type::text, 256},
    {"merchantAddress", Type::object, 0, address_fields},
    {"store", Type::object, 0, store_fields},
};
constexpr Field order_fields[] = {
    {"goods", Type::objects, max_goods, goods_fields}, {"buyer", Type::object, 0, buyer_fields},
    {"shipping", Type::object, 0, shipping_fields},    {"env", Type::object, 0, env_fields},
    {"merchant", Type::object, 0, merchant_fields},
};

[[noreturn]] void refuse(const std::string& path, std::string_view what) {
    throw std::runtime_error("details: " + path + " " + std::string(what));
}

// A key of the host's in an error text: what it is, cut and without anything that could break a line.
std::string shown(const std::string& key) {
    std::string text = key.substr(0, 64);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < 0x20 || c > 0x7E; }, '?');
    return text;
}

std::string listed(std::span<const Field> fields) {
    std::string names;
    for (const Field& field : fields) {
        if (!names.empty()) names += ", ";
        names += field.name;
    }
    return names;
}

std::string checked_text(const Poco::Dynamic::Var& value, const Field& field, const std::string& path) {
    if (!value.isString()) refuse(path, "must be a text in quotation marks, as all of Alipay's values are");
    std::string text = value.extract<std::string>();
    if (text.empty()) refuse(path, "is empty; leave it out instead");
    if (json::characters(text) > field.limit) {
        refuse(path, "has more than " + std::to_string(field.limit) + " characters");
    }
    if (field.type == Type::digits && text.find_first_not_of("0123456789") != std::string::npos) {
        refuse(path, "must be a whole number in quotation marks");
    }
    if (!field.values.empty() && field.values.find(" " + text + " ") == std::string_view::npos) {
        refuse(path, "must be one of" + std::string(field.values.substr(0, field.values.size() - 1)));
    }
    return text;
}

Object::Ptr checked_object(const Object& given, std::span<const Field> fields, const std::string& path);

Array::Ptr checked_objects(const Poco::Dynamic::Var& value, const Field& field, const std::string& path) {
    if (value.type() != typeid(Array::Ptr)) refuse(path, "must be a list of objects");
    const auto given = value.extract<Array::Ptr>();
    if (given->size() == 0) refuse(path, "is empty; leave it out instead");
    if (given->size() > field.limit) refuse(path, "has more than " + std::to_string(field.limit) + " entries");
    Array::Ptr checked = new Array;
    for (unsigned int i = 0; i < given->size(); ++i) {
        const std::string entry = path + "[" + std::to_string(i) + "]";
        if (!given->isObject(i)) refuse(entry, "must be an object");
        checked->add(checked_object(*given->getObject(i), field.children, entry));
    }
    return checked;
}

// A copy with nothing in it but what is allowed; throws at the first fault.
Object::Ptr checked_object(const Object& given, std::span<const Field> fields, const std::string& path) {
    Object::Ptr checked = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    for (const auto& [key, value] : given) {
        const std::string here = path.empty() ? shown(key) : path + "." + shown(key);
        const auto field =
            std::find_if(fields.begin(), fields.end(), [&name = key](const Field& f) { return f.name == name; });
        if (field == fields.end()) {
            refuse(here, "is not among the details that can be sent; allowed here: " + listed(fields));
        }
        if (field->type == Type::object) {
            if (value.type() != typeid(Object::Ptr)) refuse(here, "must be an object");
            checked->set(key, checked_object(*value.extract<Object::Ptr>(), field->children, here));
        } else if (field->type == Type::objects) {
            checked->set(key, checked_objects(value, *field, here));
        } else {
            checked->set(key, checked_text(value, *field, here));
        }
    }
    for (const Field& field : fields) {
        const std::string name(field.name);
        if (field.required && !checked->has(name)) refuse(path, "lacks " + name);
    }
    return checked;
}

Object::Ptr checked_details(std::string_view details_json) {
    if (details_json.size() > max_details_bytes) throw std::runtime_error("details: more than 128 KiB");
    const Object::Ptr given = json::parse_object(details_json, max_details_bytes);
    if (!given) throw std::runtime_error("details: must be a JSON object in UTF-8, for example {\"goods\":[...]}");
    return checked_object(*given, order_fields, "");
}

// Fields of `more` go into `target`; an object that both have is joined.
void join(const Object& more, Object& target) {
    for (const auto& [key, value] : more) {
        if (value.type() == typeid(Object::Ptr) && target.isObject(key)) {
            join(*value.extract<Object::Ptr>(), *target.getObject(key));
        } else {
            target.set(key, value);
        }
    }
}

}  // namespace

std::optional<std::string> details_problem(std::string_view details_json) {
    if (details_json.empty()) return std::nullopt;
    try {
        checked_details(details_json);
    } catch (const std::runtime_error& fault) {
        return fault.what();
    }
    return std::nullopt;
}

void add_details(std::string_view details_json, Object& order) {
    if (!details_json.empty()) join(*checked_details(details_json), order);
}

}  // namespace paydrv::alipay

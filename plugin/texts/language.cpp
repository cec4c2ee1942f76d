#include "texts/language.h"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <stdexcept>

namespace paydrv::texts {
namespace {

std::map<std::string, std::string> texts_in(const Poco::JSON::Object::Ptr& object) {
    if (object.isNull()) throw Poco::NotFoundException("a section is missing");
    std::map<std::string, std::string> texts;
    for (const auto& [key, value] : *object)
        texts[key] = value.convert<std::string>();
    return texts;
}

}  // namespace

Language Language::parse(std::string_view name, std::string_view json) {
    Language language;
    language.name = name;
    std::string reading = "file";
    try {
        const auto root = Poco::JSON::Parser().parse(std::string(json)).extract<Poco::JSON::Object::Ptr>();
        language.join = root->getValue<std::string>("join");
        language.test = root->getValue<std::string>("test");
        language.display_test = root->getValue<std::string>("display_test");
        for (const std::string surface : {"cashier", "customer", "cashier_display", "customer_display"}) {
            reading = surface;
            const auto object = root->getObject(surface);
            if (object.isNull()) throw Poco::NotFoundException("the section is missing");
            for (const std::string section : {"situations", "instructions", "codes"})
                language.sections[surface + "." + section] = texts_in(object->getObject(section));
        }
        reading = "receipt";
        language.sections["receipt"] = texts_in(root->getObject("receipt"));
    } catch (const Poco::Exception& e) {
        language.fault(reading, e.displayText());
    }
    return language;
}

void Language::fault(const std::string& key, const std::string& what) const {
    throw std::logic_error("texts/" + name + ".json, " + key + ": " + what);
}

const std::string* Language::look(const std::string& section, const std::vector<std::string>& keys) const {
    const auto& map = sections.at(section);
    const std::string* found = nullptr;
    for (const std::string& key : keys) {
        const auto place = map.find(key);
        if (place == map.end()) continue;
        used.insert(section + "." + key);
        if (found == nullptr) found = &place->second;
    }
    return found;
}

const std::string& Language::find(const std::string& section, const std::vector<std::string>& keys) const {
    const std::string* found = look(section, keys);
    if (found == nullptr) fault(section + "." + keys.back(), "missing");
    return *found;
}

void Language::refuse_unused(const std::string& section) const {
    for (const auto& [key, text] : sections.at(section)) {
        if (!used.contains(section + "." + key)) fault(section + "." + key, "nothing uses this key");
    }
}

}  // namespace paydrv::texts

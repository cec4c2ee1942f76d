#include "bench/figures.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>
#include <cstdio>
#include <iomanip>
#include <ostream>

namespace hostsim::bench {
namespace {

std::string number(std::optional<double> value, const std::string& unit) {
    if (!value) return "-";
    char text[64];
    bool whole = *value == static_cast<double>(static_cast<long long>(*value));
    std::snprintf(text, sizeof text, whole ? "%.0f" : "%.2f", *value);
    return text + (unit.empty() ? "" : " " + unit);
}

}  // namespace

std::string verdict(const Figure& figure) {
    if (!figure.value) return "not measured";
    if (!figure.bound) return "";
    return *figure.value <= *figure.bound ? "kept" : "BROKEN";
}

bool all_kept(const std::vector<Figure>& figures, double noise) {
    return std::all_of(figures.begin(), figures.end(), [noise](const Figure& f) {
        if (!f.bound) return true;
        return f.value && *f.value <= *f.bound * (f.unit.empty() ? 1 : noise);
    });
}

void print_table(const std::vector<Figure>& figures, std::ostream& out) {
    std::string circumstances;
    out << std::left << std::setw(40) << "  figure" << std::right << std::setw(14) << "measured" << std::setw(14)
        << "bound"
        << "   verdict\n";
    for (const Figure& figure : figures) {
        if (figure.circumstances != circumstances) {
            circumstances = figure.circumstances;
            out << circumstances << "\n";
        }
        out << "  " << std::left << std::setw(38) << figure.name << std::right << std::setw(14)
            << number(figure.value, figure.unit) << std::setw(14) << number(figure.bound, figure.unit) << "   "
            << verdict(figure) << (figure.note.empty() ? "" : "  (" + figure.note + ")") << "\n";
    }
}

void print_json(const std::vector<Figure>& figures, std::ostream& out) {
    Poco::JSON::Array list;
    for (const Figure& figure : figures) {
        Poco::JSON::Object object(Poco::JSON_PRESERVE_KEY_ORDER);
        object.set("figure", figure.name);
        object.set("circumstances", figure.circumstances);
        if (figure.value) object.set("value", *figure.value);
        object.set("unit", figure.unit);
        if (figure.bound) object.set("bound", *figure.bound);
        object.set("verdict", verdict(figure));
        if (!figure.note.empty()) object.set("note", figure.note);
        list.add(object);
    }
    list.stringify(out, 2);
    out << "\n";
}

}  // namespace hostsim::bench

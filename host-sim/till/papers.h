#pragma once

#include <string>
#include <vector>

namespace hostsim::till {

/// The lines of a text, without their ends; an empty text has none.
std::vector<std::string> lines_of(const std::string& text);

/// Columns that UTF-8 text takes on a display or a receipt: wide East Asian characters take two.
std::size_t columns_of(const std::string& text);

/// The lines of a display of 2 x 20 columns in a box. A text that is larger than the display makes the box larger, so
/// that it is seen.
std::vector<std::string> display_box(const std::string& text);

/// A JSON text for a person: one line a value, "name: value", what is inside something indented below its name. A text
/// that is no JSON comes back as it is.
std::vector<std::string> readable_json(const std::string& json);

}  // namespace hostsim::till

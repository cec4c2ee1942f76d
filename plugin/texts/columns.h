// How wide a text is on a screen, a display or paper, and where it may be broken.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace paydrv::texts {

/// Columns of a UTF-8 text in a font of fixed width: 2 for a wide character (Chinese, Japanese, Korean, full-width
/// forms), 0 for one that joins the character before it, else 1; a byte that is no UTF-8 counts 1. Any thread, instant.
/// Source: Unicode Standard Annex 11, East Asian Width.
std::size_t columns_of(std::string_view text) noexcept;

/// The text as lines of at most `columns` (at least 2) columns. Breaks at blanks, which end there, and beside wide
/// characters but not before closing punctuation; a word longer than a line is broken anywhere. Nothing else is
/// dropped. An empty text is no line.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

}  // namespace paydrv::texts

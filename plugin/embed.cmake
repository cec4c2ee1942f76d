# cmake -DROOM=<room> -DFUNCTION=<name> -DFILES=<file;file...> -DOUTPUT=<file.cpp> -P embed.cmake
# Writes a source file with `std::span<const EmbeddedFile> paydrv::<room>::<name>() noexcept` over the contents of FILES.
# Bytes and not string literals: compilers limit the length of a literal, and a text may hold any character.
set(arrays "")
set(table "")
set(number 0)
foreach(file IN LISTS FILES)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "((0x..,){24})" "\\1\n" bytes "${bytes}")
  get_filename_component(name ${file} NAME)
  string(REGEX REPLACE "\\..*$" "" name ${name})
  string(APPEND arrays "constexpr unsigned char bytes_${number}[] = {\n${bytes}0x00};\n")
  string(APPEND table
    "        {\"${name}\", {reinterpret_cast<const char*>(bytes_${number}), sizeof(bytes_${number}) - 1}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT}
"#include <array>
#include <span>

#include \"embedded_file.h\"

namespace paydrv::${ROOM} {
namespace {
${arrays}}  // namespace

std::span<const EmbeddedFile> ${FUNCTION}() noexcept;
std::span<const EmbeddedFile> ${FUNCTION}() noexcept {
    static const std::array<EmbeddedFile, ${number}> files = {{
${table}    }};
    return files;
}

}  // namespace paydrv::${ROOM}
")

# cmake -DHEADER=paydrv.h -DMAP=paydrv.map -DDEF=paydrv.def -P exports.cmake
# Writes the linker's version script and the Windows module definition: the functions that the header declares, and
# nothing else. The list is nowhere kept by hand.
file(READ ${HEADER} text)
string(REGEX REPLACE "/\\*[^*]*\\*+([^/*][^*]*\\*+)*/" "" text "${text}")
string(REGEX MATCHALL "PAYDRV_CALL[ \r\n]+paydrv_[a-z0-9_]+[ \r\n]*\\(" declarations "${text}")
set(functions "")
foreach(declaration IN LISTS declarations)
  string(REGEX REPLACE ".*(paydrv_[a-z0-9_]+).*" "\\1" function "${declaration}")
  list(APPEND functions ${function})
endforeach()
list(LENGTH functions count)
if(count EQUAL 0)
  message(FATAL_ERROR "${HEADER} declares no function of the form PAYDRV_CALL paydrv_...(")
endif()
list(JOIN functions ";\n    " global)
list(JOIN functions "\n    " exports)
file(WRITE ${MAP} "{\n  global:\n    ${global};\n  local:\n    *;\n};\n")
file(WRITE ${DEF} "EXPORTS\n    ${exports}\n")

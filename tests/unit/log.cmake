paydrv_unit_test(unit_log ${CMAKE_CURRENT_LIST_DIR}/log_line_test.cpp ${CMAKE_CURRENT_LIST_DIR}/log_file_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/log_test.cpp LINK paydrv_log)

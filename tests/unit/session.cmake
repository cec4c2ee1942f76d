paydrv_unit_test(unit_session ${CMAKE_CURRENT_LIST_DIR}/session_exchange_line_test.cpp LINK paydrv_session)

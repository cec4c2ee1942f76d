paydrv_unit_test(unit_money
  ${CMAKE_CURRENT_LIST_DIR}/money_table_test.cpp ${CMAKE_CURRENT_LIST_DIR}/money_payment_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/money_sub_states_test.cpp ${CMAKE_CURRENT_LIST_DIR}/money_schedule_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/money_refund_test.cpp ${CMAKE_CURRENT_LIST_DIR}/money_undo_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/money_found_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/money_refund_search_test.cpp ${CMAKE_CURRENT_LIST_DIR}/money_orders_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/money_search_test.cpp ${CMAKE_CURRENT_LIST_DIR}/money_references_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/money_business_day_test.cpp
  LINK paydrv_money TIMEOUT 120)
target_compile_definitions(unit_money PRIVATE PAYDRV_CONTRACT="${PROJECT_SOURCE_DIR}/abi/CONTRACT.md")
# They meet hundreds of thousands of states: the time to optimise them is won back at once.
set_source_files_properties(
  ${CMAKE_CURRENT_LIST_DIR}/money_search_test.cpp ${CMAKE_CURRENT_LIST_DIR}/money_refund_search_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/money_orders_test.cpp
  PROPERTIES COMPILE_OPTIONS -O2 SKIP_PRECOMPILE_HEADERS ON)

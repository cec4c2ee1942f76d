paydrv_unit_test(unit_office
  ${CMAKE_CURRENT_LIST_DIR}/office_requests_test.cpp ${CMAKE_CURRENT_LIST_DIR}/office_self_test_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/office_inquiry_test.cpp ${CMAKE_CURRENT_LIST_DIR}/office_day_totals_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/office_settle_test.cpp ${CMAKE_CURRENT_LIST_DIR}/office_detail_test.cpp
  LINK paydrv_office)
target_include_directories(unit_office PRIVATE ${PROJECT_SOURCE_DIR}/tests)
target_compile_definitions(unit_office PRIVATE
  PAYDRV_REQUEST_SCHEMA="${PROJECT_SOURCE_DIR}/config/requests.schema.json"
  PAYDRV_CONTRACT="${PROJECT_SOURCE_DIR}/abi/CONTRACT.md"
  PAYDRV_HEADER="${PROJECT_SOURCE_DIR}/abi/paydrv.h")

# What Alipay is told and what its answers are taken for.
add_executable(unit_alipay
  ${CMAKE_CURRENT_LIST_DIR}/alipay_datetime_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/alipay_details_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/alipay_gateway_client_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/alipay_keys_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/alipay_messages_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/alipay_refund_verdicts_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/alipay_request_ids_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/alipay_result_codes_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/alipay_signature_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/alipay_verdicts_test.cpp)
target_include_directories(unit_alipay PRIVATE ${CMAKE_CURRENT_LIST_DIR}/alipay)
target_compile_definitions(unit_alipay PRIVATE ALIPAY_TEST_DIR="${CMAKE_CURRENT_LIST_DIR}/alipay")
target_link_libraries(unit_alipay PRIVATE paydrv_alipay_room paydrv_flags GTest::gtest_main)
gtest_discover_tests(unit_alipay DISCOVERY_TIMEOUT 60 PROPERTIES LABELS unit TIMEOUT 60)

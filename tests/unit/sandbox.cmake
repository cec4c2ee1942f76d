paydrv_unit_test(unit_sandbox
  ${CMAKE_CURRENT_LIST_DIR}/sandbox_signature_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/sandbox_field_rules_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/sandbox_payments_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/sandbox_refunds_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/sandbox_faults_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/sandbox_admin_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/sandbox_server_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/sandbox_config_test.cpp
  LINK hostsim_sandbox)
target_compile_definitions(unit_sandbox PRIVATE PAYDRV_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

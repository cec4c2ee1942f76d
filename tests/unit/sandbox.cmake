paydrv_unit_test(unit_sandbox
  ${CMAKE_CURRENT_LIST_DIR}/sandbox_signature_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/sandbox_field_rules_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/sandbox_payments_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/sandbox_faults_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/sandbox_server_test.cpp
  LINK hostsim_sandbox)

paydrv_unit_test(unit_settings ${CMAKE_CURRENT_LIST_DIR}/settings_test.cpp ${CMAKE_CURRENT_LIST_DIR}/settings_schema_test.cpp
  LINK paydrv_session)
target_compile_definitions(unit_settings PRIVATE PAYDRV_CONFIG_DIR="${PROJECT_SOURCE_DIR}/config")

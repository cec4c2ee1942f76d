paydrv_unit_test(unit_contract unit/contract_test.cpp)
target_compile_definitions(unit_contract PRIVATE PAYDRV_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

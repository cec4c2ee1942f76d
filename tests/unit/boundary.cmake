paydrv_unit_test(unit_boundary ${CMAKE_CURRENT_LIST_DIR}/boundary_status_test.cpp LINK paydrv_boundary)

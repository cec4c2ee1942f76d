paydrv_unit_test(unit_texts ${CMAKE_CURRENT_LIST_DIR}/texts_test.cpp LINK paydrv_texts)

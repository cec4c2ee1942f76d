paydrv_unit_test(unit_texts ${CMAKE_CURRENT_LIST_DIR}/texts_test.cpp ${CMAKE_CURRENT_LIST_DIR}/texts_languages_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/texts_columns_test.cpp ${CMAKE_CURRENT_LIST_DIR}/texts_receipt_test.cpp LINK paydrv_session)
target_compile_definitions(unit_texts PRIVATE PAYDRV_TEXTS_FOLDER="${PROJECT_SOURCE_DIR}/plugin/texts")

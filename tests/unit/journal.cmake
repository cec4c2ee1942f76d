paydrv_unit_test(unit_journal
  ${CMAKE_CURRENT_LIST_DIR}/journal_test.cpp ${CMAKE_CURRENT_LIST_DIR}/journal_integrity_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/journal_open_test.cpp ${CMAKE_CURRENT_LIST_DIR}/journal_faults_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/journal_migration_test.cpp
  ${CMAKE_CURRENT_LIST_DIR}/journal_crash_test.cpp ${CMAKE_CURRENT_LIST_DIR}/journal_figures_test.cpp
  LINK paydrv_journal)
target_compile_definitions(unit_journal PRIVATE
  PAYDRV_JOURNAL_SAMPLES="${CMAKE_CURRENT_LIST_DIR}/journal")

# Writes the sample of the schema that this tree has: run once a release, keep the file (journal/write_sample.cpp).
add_executable(write_journal_sample EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/journal/write_sample.cpp)
target_link_libraries(write_journal_sample PRIVATE paydrv_flags paydrv_journal)

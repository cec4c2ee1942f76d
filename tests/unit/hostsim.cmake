# Parts of host-sim that no driver is needed for, and libraries that are no drivers.
file(GLOB hostsim_tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/unit/hostsim/*_test.cpp)
paydrv_unit_test(unit_hostsim ${hostsim_tests} LINK hostsim_host)

foreach(kind IN ITEMS incomplete other_major)
  add_library(${kind}_driver MODULE ${CMAKE_CURRENT_SOURCE_DIR}/unit/hostsim/${kind}_driver.c)
  target_include_directories(${kind}_driver PRIVATE ${PROJECT_SOURCE_DIR}/abi)
  set_target_properties(${kind}_driver PROPERTIES C_VISIBILITY_PRESET default)
  add_dependencies(unit_hostsim ${kind}_driver)
  target_compile_definitions(unit_hostsim PRIVATE ${kind}_driver_path="$<TARGET_FILE:${kind}_driver>")
endforeach()

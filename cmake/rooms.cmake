# One folder, one library, one test binary (the adapters share one). Sources are all .cpp files of the folder (sorted); `*_test.cpp` go into the
# test. A room links exactly the rooms it may use, so a forbidden include does not link either.

# sufragio_make_pch(TARGET [FLAG...]): the precompiled header for files that are compiled with these flags.
function(sufragio_make_pch target)
  file(WRITE ${CMAKE_BINARY_DIR}/pch_anchor.cpp "")
  add_library(${target} OBJECT ${CMAKE_BINARY_DIR}/pch_anchor.cpp)
  target_compile_options(${target} PRIVATE ${ARGN})
  target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.h)
  target_link_libraries(${target} PRIVATE tl::expected PkgConfig::FMT)
endfunction()
if(SUFRAGIO_PCH)
  sufragio_make_pch(sufragio_pch)
  if(SUFRAGIO_HOT_FLAGS)
    sufragio_make_pch(sufragio_pch_hot ${SUFRAGIO_HOT_FLAGS})
  endif()
endif()

# Rooms whose loops the tests run millions of times are optimised a little in the daily build too (SUFRAGIO_HOT_FLAGS): the
# tests take less and the build a little more. A precompiled header serves one optimisation only: biometrics has its own.
set(SUFRAGIO_HOT_ROOMS adapter_json adapter_toml audit base biometrics codec election forensics importing machine seats services sim stats tally)
function(sufragio_use_pch target)
  string(REGEX REPLACE "^sufragio_" "" room ${target})
  set(header sufragio_pch)
  if(SUFRAGIO_HOT_FLAGS AND room IN_LIST SUFRAGIO_HOT_ROOMS)
    target_compile_options(${target} PRIVATE ${SUFRAGIO_HOT_FLAGS})
    set(header sufragio_pch_hot)
  endif()
  if(SUFRAGIO_PCH AND NOT room STREQUAL biometrics)
    target_precompile_headers(${target} REUSE_FROM ${header})
  endif()
endfunction()

# sufragio_room(NAME [USES room...] [LIBS public...] [PRIVATE_LIBS ...] [TEST_LIBS ...])
function(sufragio_room name)
  cmake_parse_arguments(ROOM "" "" "USES;LIBS;PRIVATE_LIBS;TEST_LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(SORT sources)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(target sufragio_${name})
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
    sufragio_use_pch(${target})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${target} ${scope} tl::expected ${ROOM_LIBS})
  if(sources)
    target_link_libraries(${target} PRIVATE PkgConfig::FMT ${ROOM_PRIVATE_LIBS})
  endif()
  foreach(used ${ROOM_USES})
    target_link_libraries(${target} ${scope} sufragio_${used})
  endforeach()
  if(name MATCHES "^adapter_")
    set_property(GLOBAL APPEND PROPERTY SUFRAGIO_ADAPTER_TESTS ${tests})
    set_property(GLOBAL APPEND PROPERTY SUFRAGIO_ADAPTER_TEST_LIBS ${target} ${ROOM_TEST_LIBS})
  elseif(tests AND NOT SUFRAGIO_FUZZ)
    sufragio_test(${name} SOURCES ${tests} LIBS ${target} ${ROOM_TEST_LIBS})
  endif()
endfunction()

# sufragio_adapter(NAME [USES room...] [LIBS ...] [PRIVATE_LIBS ...] [TEST_LIBS ...]): one foreign library behind ports, in
# src/adapters/NAME; target sufragio_adapter_NAME, its tests in test_adapters (each is short: sixteen programs took four times
# as long to build as one). `ports` (and what it uses) is always there.
function(sufragio_adapter name)
  cmake_parse_arguments(ADAPTER "" "" "USES;LIBS;PRIVATE_LIBS;TEST_LIBS" ${ARGN})
  sufragio_room(adapter_${name} USES ports ${ADAPTER_USES} LIBS ${ADAPTER_LIBS}
    PRIVATE_LIBS ${ADAPTER_PRIVATE_LIBS} TEST_LIBS ${ADAPTER_TEST_LIBS})
  if(TARGET sufragio_adapter_${name})
    get_target_property(kind sufragio_adapter_${name} TYPE)
    if(kind STREQUAL STATIC_LIBRARY)  # headers of C libraries do not bear each other
      set_target_properties(sufragio_adapter_${name} PROPERTIES UNITY_BUILD OFF)
    endif()
  endif()
  set_property(GLOBAL APPEND PROPERTY SUFRAGIO_ADAPTERS sufragio_adapter_${name})
endfunction()

# sufragio_test(NAME SOURCES ... LIBS ...): one test binary, run from the source root.
function(sufragio_test name)
  cmake_parse_arguments(T "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(test_${name} ${T_SOURCES})
  target_link_libraries(test_${name} PRIVATE sufragio_test_support ${T_LIBS} PkgConfig::FMT)
  if(SUFRAGIO_PCH)
    target_precompile_headers(test_${name} REUSE_FROM sufragio_test_support)
  endif()
  add_test(NAME ${name} COMMAND test_${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  if(name MATCHES "^(services|paper|sim|vault|split)$")
    set_tests_properties(${name} PROPERTIES COST 10)  # what takes longest begins first, in the first run too
  endif()
endfunction()

if(NOT SUFRAGIO_FUZZ)
  find_package(GTest REQUIRED)
  # What the tests of every room use; values that need rooms are libraries of their own (tests/support/CMakeLists.txt).
  add_library(sufragio_test_support STATIC ${CMAKE_SOURCE_DIR}/tests/support/support.cpp
    ${CMAKE_SOURCE_DIR}/tests/support/small_election.cpp)
  target_include_directories(sufragio_test_support PUBLIC ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # g++ 12 at -O2 warns wrongly about vectors of bytes that grow and about variants that move (GCC bug 105329 and its kin).
    target_compile_options(sufragio_test_support PUBLIC -Wno-array-bounds -Wno-stringop-overread
      -Wno-maybe-uninitialized)
  endif()
  target_link_libraries(sufragio_test_support PUBLIC GTest::gtest GTest::gtest_main tl::expected PkgConfig::FMT)
  if(SUFRAGIO_PCH)
    target_precompile_headers(sufragio_test_support PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.h <gtest/gtest.h>)
  endif()
endif()

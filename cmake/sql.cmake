# sufragio_embed_sql(TARGET FILE...): the text of each sql/queries/FILE.sql as `sufragio::adapters::sql::FILE`, a
# std::string_view that the target's own sources declare.
function(sufragio_embed_sql target)
  foreach(name ${ARGN})
    set(source ${CMAKE_SOURCE_DIR}/sql/queries/${name}.sql)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
    file(READ ${source} text)
    file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/sql_${name}.cpp @ONLY CONTENT
"// Made from sql/queries/${name}.sql.
#include <string_view>
namespace sufragio::adapters::sql {
extern const std::string_view ${name};
const std::string_view ${name} = R\"sql(${text})sql\";
}  // namespace sufragio::adapters::sql
")
    target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/sql_${name}.cpp)
  endforeach()
endfunction()

// The only file that includes SOCI. Debian builds it with Boost, which libsoci-dev does not bring:
// switched off here, only templates for user tuples change.
#pragma once
#include <soci/soci-config.h>
#undef SOCI_HAVE_BOOST
#undef SOCI_HAVE_BOOST_DATE_TIME
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

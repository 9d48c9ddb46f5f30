#pragma once

#include "base/error.h"

namespace sufragio::ports {

// Of a Store.
inline constexpr Code kBadPath{'F', 101};  // not a relative path of plain names
inline constexpr Code kReadFailed{'F', 102};
inline constexpr Code kWriteFailed{'F', 103};  // the file is as it was
inline constexpr Code kDiskFull{'F', 104};     // the file is as it was
inline constexpr Code kSyncFailed{'F', 105};   // nobody knows what is on the disk: stop and recover
inline constexpr Code kStoreStopped{'F',
                                    106};  // a sync failed before; the store must be opened anew
inline constexpr Code kStoreLocked{'F', 107};     // another process writes in this folder
inline constexpr Code kStoreNotOpened{'F', 108};  // the folder cannot be made or opened
inline constexpr Code kStoreReadOnly{'F', 109};   // opened for reading

}  // namespace sufragio::ports

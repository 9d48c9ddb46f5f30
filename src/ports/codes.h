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

// Of a BlockDevice and a KeyCell.
inline constexpr Code kBlockReadFailed{'F', 131};
inline constexpr Code kBlockWriteFailed{'F', 132};
inline constexpr Code kBlockSyncFailed{'F', 133};  // nobody knows what is on it: no second try
inline constexpr Code kCellDamaged{'F', 141};      // not 92 bytes, or its checksum is wrong
inline constexpr Code kCellEmpty{'F', 142};        // nothing was ever written, or it was destroyed
inline constexpr Code kCellFailed{'F', 143};       // the cell cannot be read or written

// Of the processes of the machine.
inline constexpr Code kNotConfined{'F', 161};  // a process could not give up its rights: it stops

// Of paper and images.
inline constexpr Code kNotAnImage{'F', 301};     // not a PNG, JPEG or PGM file
inline constexpr Code kImageTooLarge{'F', 302};  // over 64 megapixels, or over 64 MiB of file
inline constexpr Code kBrokenImage{'F', 303};    // the file ends too early or is damaged
inline constexpr Code kFontMissing{'F', 304};    // the font file of the acta is not there
inline constexpr Code kDrawFailed{'F', 305};     // the page is longer than 4 m, or cairo refused
inline constexpr Code kReaderFailed{'F', 306};   // the reader of codes could not work on the image
inline constexpr Code kCodeTooLong{'F', 307};    // the text fits no QR code that the paper allows

// Of Templates.
inline constexpr Code kUnknownTemplate{'P', 101};
inline constexpr Code kBrokenTemplate{'P', 102};  // not parsed, or asks for text without escaping
inline constexpr Code kMissingName{'P', 103};     // the page's data lack a name that it asks for

// Of a RowIndex.
inline constexpr Code kIndexNotOpened{'F', 121};
inline constexpr Code kIndexFailed{'F', 122};    // with the name of the query, never its values
inline constexpr Code kIndexBusy{'F', 123};      // another program writes to it
inline constexpr Code kIndexDamaged{'F', 124};   // delete it and build it again
inline constexpr Code kIndexFull{'F', 125};      // no room on the disk
inline constexpr Code kIndexRowRange{'F', 126};  // a number of the row is out of range

}  // namespace sufragio::ports

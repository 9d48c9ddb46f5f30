#pragma once

#include <memory>

#include "base/error.h"
#include "base/result.h"
#include "ports/processes.h"

namespace sufragio::adapters {

// The processes that `mpirun` started, each with one thread that calculates; rank 0 leads and
// calculates too. Units go one by one to whoever is free, with their questions, so that the
// processes need no common folder but what their answers read. Nothing (null): this process was not
// started by mpirun. F451 when it was and the program is built without OpenMPI. One at a time in a
// process.
[[nodiscard]] Result<std::unique_ptr<ports::Processes>> processes_of_mpirun();
// Ends all processes of the run at once: for one that cannot go on while the others wait for it.
void abandon_mpirun();

}  // namespace sufragio::adapters

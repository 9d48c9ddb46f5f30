#pragma once

#include "bench/harness.h"

// One function per file; main.cpp holds the table.
namespace sufragio::bench {

void bench_acta(Report& report);
void bench_audit(Report& report);
void bench_crypto(Report& report);
void bench_fingerprint(Report& report);
void bench_forensics(Report& report);
void bench_extraction(Report& report);
void bench_import(Report& report);
void bench_log(Report& report);
void bench_e2e(Report& report);             // a part of bench_crypto
int share_of_processes(std::size_t units);  // one process of it; 0: all units
void bench_machine(Report& report);
void bench_election(Report& report);
void bench_night(Report& report);
void bench_publish(Report& report);
void bench_walk(Report& report);
void bench_seats(Report& report);

}  // namespace sufragio::bench

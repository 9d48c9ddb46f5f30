-- The index of result rows (ports/row_index.h). One statement for each name; `in` and `out` in the order of the port.
-- Numbers are 64-bit integers, hashes 64 lower-case hex digits, the votes per card decimal numbers joined by commas.
-- It can be dropped at any time: the log is the truth.

-- name: connection_setup_journal
-- [sqlite]
pragma journal_mode = wal;
-- [postgresql]
set client_min_messages = warning;

-- name: connection_setup_sync
-- [sqlite]
pragma synchronous = full;
-- [postgresql]
set synchronous_commit = on;

-- name: tx_begin
-- A deferred begin fails when it turns into a write, whatever the timeout; the writer takes the lock at once.
-- [sqlite]
begin immediate;
-- [postgresql]
begin;

-- name: tx_commit
commit;

-- name: tx_rollback
rollback;

-- name: row_meta_create
-- [sqlite]
create table if not exists row_meta (
  name text primary key,
  value text not null
) strict, without rowid;
-- [postgresql]
create table if not exists row_meta (
  name text primary key,
  value text not null
);

-- name: result_row_create
-- [sqlite]
create table if not exists result_row (
  centre integer not null check (centre between 0 and 999999999),
  mesa integer not null check (mesa between 0 and 65535),
  contest integer not null check (contest >= 0),
  revision integer not null check (revision >= 0),
  status integer not null check (status >= 0),
  trust integer not null check (trust >= 0),
  source text not null check (length(source) = 64),
  registered integer not null check (registered >= 0),
  voters integer not null check (voters >= 0),
  ballots integer not null check (ballots >= 0),
  votes text not null,
  null_votes integer not null check (null_votes >= 0),
  invalid integer not null check (invalid >= 0),
  primary key (centre, mesa, contest, revision)
) strict, without rowid;
-- [postgresql]
create table if not exists result_row (
  centre bigint not null check (centre between 0 and 999999999),
  mesa bigint not null check (mesa between 0 and 65535),
  contest bigint not null check (contest >= 0),
  revision bigint not null check (revision >= 0),
  status bigint not null check (status >= 0),
  trust bigint not null check (trust >= 0),
  source text not null check (length(source) = 64),
  registered bigint not null check (registered >= 0),
  voters bigint not null check (voters >= 0),
  ballots bigint not null check (ballots >= 0),
  votes text not null,
  null_votes bigint not null check (null_votes >= 0),
  invalid bigint not null check (invalid >= 0),
  primary key (centre, mesa, contest, revision)
);

-- name: row_meta_drop
drop table if exists row_meta;

-- name: result_row_drop
drop table if exists result_row;

-- name: row_meta_get
-- in: name text
-- out: value text
select value from row_meta where name = :name;

-- name: row_meta_put
-- in: name text, value text
insert into row_meta (name, value) values (:name, :value)
on conflict (name) do update set value = excluded.value;

-- name: rows_clear
delete from result_row;

-- name: row_put
-- in: centre int64, mesa int64, contest int64, revision int64, status int64, trust int64, source text, registered int64,
-- in: voters int64, ballots int64, votes text, null_votes int64, invalid int64
insert into result_row (centre, mesa, contest, revision, status, trust, source, registered, voters, ballots, votes,
                        null_votes, invalid)
values (:centre, :mesa, :contest, :revision, :status, :trust, :source, :registered, :voters, :ballots, :votes,
        :null_votes, :invalid)
on conflict (centre, mesa, contest, revision) do update set
  status = excluded.status, trust = excluded.trust, source = excluded.source, registered = excluded.registered,
  voters = excluded.voters, ballots = excluded.ballots, votes = excluded.votes, null_votes = excluded.null_votes,
  invalid = excluded.invalid;

-- name: rows_list
-- A negative contest or status means any.
-- in: first int64, last int64, contest int64, status int64, most int64, skip int64
-- out: centre int64, mesa int64, contest int64, revision int64, status int64, trust int64, source text, registered int64,
-- out: voters int64, ballots int64, votes text, null_votes int64, invalid int64
select centre, mesa, contest, revision, status, trust, source, registered, voters, ballots, votes, null_votes, invalid
from result_row
where centre between :first and :last
  and (:contest < 0 or contest = :contest)
  and (:status < 0 or status = :status)
order by centre, mesa, contest, revision
limit :most offset :skip;

-- name: rows_count
-- in: first int64, last int64, contest int64, status int64
-- out: total int64
select count(*)
from result_row
where centre between :first and :last
  and (:contest < 0 or contest = :contest)
  and (:status < 0 or status = :status);

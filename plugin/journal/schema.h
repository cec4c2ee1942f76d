// The tables of the journal, by version.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "journal/database.h"

namespace paydrv::journal {

/// Brings a journal from the version before to this one: the statements, then `fill`, if there is one, for what SQL
/// cannot say. Runs inside one transaction with all other steps.
struct MigrationStep {
    std::int64_t to_version;
    std::vector<std::string> statements;
    std::function<void(Database&)> fill = {};
};

/// The schema that this driver writes. Version 1: release 0.9; 2: looked up by paymentId, request id and order
/// reference too. FORMAT.md tells them apart.
inline constexpr std::int64_t schema_version = 2;

/// The steps from version 1 to schema_version, in order.
std::span<const MigrationStep> migration_steps();

/// Makes the tables in an empty file with a fresh journal id and code key, or migrates older ones up to `newest`, all
/// or nothing: whatever stops a migration (the process killed, the disk full) leaves the file as it was, of its old
/// version. Migrating takes time and space in proportion to the journal. Throws OpenError (newer_version; damaged: not
/// a journal; and why a migration failed) and what Database throws.
void prepare_schema(Database& database, const std::filesystem::path& file,
                    std::span<const MigrationStep> steps = migration_steps(), std::int64_t newest = schema_version);

}  // namespace paydrv::journal

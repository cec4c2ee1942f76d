// The tables of the journal, by version.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "journal/database.h"

namespace paydrv::journal {

/// Brings a journal from the version before to this one. Runs inside one transaction with all other steps.
struct MigrationStep {
    std::int64_t to_version;
    std::vector<std::string> statements;
};

/// The schema that this driver writes. Version 1: release 0.9.
inline constexpr std::int64_t schema_version = 1;

/// The steps from version 1 to schema_version, in order.
std::span<const MigrationStep> migration_steps();

/// Makes the tables in an empty file with a fresh journal id and code key, or migrates older ones up to `newest`.
/// Throws OpenError (newer_version, damaged: not a journal) and what Database throws.
void prepare_schema(Database& database, const std::filesystem::path& file,
                    std::span<const MigrationStep> steps = migration_steps(), std::int64_t newest = schema_version);

}  // namespace paydrv::journal

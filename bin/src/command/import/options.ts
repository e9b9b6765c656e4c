/** What every import takes. */
export const importOptions = {
  dryRun: { help: "store nothing, and say what would come of it" },
  verbose: { help: "name each thing that cannot be carried as it was" },
  map: {
    help: "who of the source is whom of the house; a dry run writes it where it is not there",
    value: "file",
  },
  as: {
    help: "under which name the house knows this source, where there are several",
    value: "name",
  },
} as const;

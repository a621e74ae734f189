/// The published filters, by family; each family in a file of its own.
enum WaveletTables {}

package journal

import "io/fs"

// Migrations gives the files that make this package's tables, for whoever fills
// them from a backup.
func Migrations() fs.FS {
	files, err := fs.Sub(schema, "schema")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return files
}

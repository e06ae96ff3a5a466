package node

import (
	"embed"
	"io/fs"
)

//go:embed text/*.json
var texts embed.FS

// Texts are the messages of the command line, for the catalog.
func Texts() fs.FS { return texts }

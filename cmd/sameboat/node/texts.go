package node

import (
	"embed"
	"io/fs"
)

//go:embed text/*.json
var texts embed.FS

// Texts are the messages of the command line, and those of the store, the
// journal and the blobs, which operators meet there first.
func Texts() fs.FS { return texts }

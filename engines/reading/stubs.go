package reading

import "context"

func readPDF(ctx context.Context, src Source, opt Options) (*Document, error) {
	return &Document{}, nil
}

package tiles

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// Body is a tile ready to be sent: compressed once, however often it is asked for.
type Body struct {
	// Gzip is the tile's bytes as a gzip stream; nil for an empty tile.
	Gzip []byte
	// Size is the number of bytes before compression.
	Size int
	// ETag is made from the content: equal tiles have equal tags, on every server.
	// It has no quotes around it. An empty tile has one too.
	ETag string
	// Features, Dropped, Vanished and Faulty are those of the Tile.
	Features, Dropped, Vanished, Faulty int
}

// gzipLevel trades time for size: higher levels make vector tiles 2 % smaller and
// take several times as long.
const gzipLevel = 5

var compressors = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzipLevel)
	if err != nil {
		panic(err) // the level is a constant
	}
	return z
}}

// Pack compresses a tile.
func Pack(t Tile) (Body, error) {
	sum := sha256.Sum256(t.Data)
	b := Body{
		Size: len(t.Data), ETag: hex.EncodeToString(sum[:12]),
		Features: t.Features, Dropped: t.Dropped, Vanished: t.Vanished, Faulty: t.Faulty,
	}
	if len(t.Data) == 0 {
		return b, nil
	}
	z := compressors.Get().(*gzip.Writer)
	defer compressors.Put(z)
	var out bytes.Buffer
	out.Grow(len(t.Data)/2 + 64)
	z.Reset(&out)
	if _, err := z.Write(t.Data); err != nil {
		return Body{}, fmt.Errorf("tiles: compress: %w", err)
	}
	if err := z.Close(); err != nil {
		return Body{}, fmt.Errorf("tiles: compress: %w", err)
	}
	b.Gzip = bytes.Clone(out.Bytes())
	return b, nil
}

// Plain is the tile's bytes without compression, for those who cannot take gzip.
func (b *Body) Plain() ([]byte, error) {
	if len(b.Gzip) == 0 {
		return nil, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(b.Gzip))
	if err != nil {
		return nil, fmt.Errorf("tiles: decompress: %w", err)
	}
	out := make([]byte, b.Size)
	if _, err := io.ReadFull(z, out); err != nil {
		return nil, fmt.Errorf("tiles: decompress: %w", err)
	}
	return out, nil
}

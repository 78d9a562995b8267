package pmtiles

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sort"
	"sync"

	"github.com/klauspost/compress/gzip"

	"yiju/tiles"
)

func compress(b []byte) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(b); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Bounds on what is read from an archive at once, compressed and not.
const (
	maxPart   = 64 << 20
	maxInside = 256 << 20
)

func decompress(b []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(z, maxInside+1))
	if err == nil && len(out) > maxInside {
		err = fmt.Errorf("more than %d bytes inside", maxInside)
	}
	return out, err
}

// Reader reads an archive that Write has written, or another one with vector tiles
// and gzip throughout. It may be used by several goroutines.
type Reader struct {
	Header
	r    io.ReaderAt
	root []entry

	mu   sync.Mutex
	leaf map[uint64][]entry // leaves read last, by offset
}

// maxLeaves bounds the leaf directories that a Reader remembers.
const maxLeaves = 16

// Open reads header and root directory.
func Open(r io.ReaderAt) (*Reader, error) {
	b := make([]byte, headerSize)
	if n, err := r.ReadAt(b, 0); n < len(b) {
		return nil, errors.Join(errHeader, err)
	}
	h, err := readHeader(b)
	if err != nil {
		return nil, err
	}
	if h.internalCompression != compressionGzip || h.TileCompression != compressionGzip || h.TileType != typeMVT {
		return nil, errors.New("pmtiles: only vector tiles with gzip can be read")
	}
	if h.root.offset+h.root.length > rootEnd {
		return nil, errDirectory
	}
	a := &Reader{Header: h, r: r}
	a.root, err = a.directory(h.root.offset, h.root.length)
	return a, err
}

// part reads a part of the archive.
func (a *Reader) part(offset, length uint64) ([]byte, error) {
	if length > maxPart {
		return nil, fmt.Errorf("pmtiles: a part of %d bytes is too long", length)
	}
	b, err := io.ReadAll(io.NewSectionReader(a.r, int64(offset), int64(length)))
	if err == nil && uint64(len(b)) < length {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, fmt.Errorf("pmtiles: read %d bytes at %d: %w", length, offset, err)
	}
	return b, nil
}

func (a *Reader) directory(offset, length uint64) ([]entry, error) {
	b, err := a.part(offset, length)
	if err != nil {
		return nil, err
	}
	if b, err = decompress(b); err != nil {
		return nil, fmt.Errorf("pmtiles: directory: %w", err)
	}
	return readDirectory(b)
}

// Metadata is the JSON text of the archive's metadata.
func (a *Reader) Metadata() ([]byte, error) {
	b, err := a.part(a.metadata.offset, a.metadata.length)
	if err != nil {
		return nil, err
	}
	return decompress(b)
}

// Tile is a tile as it is kept, compressed with gzip; nil when there is none.
func (a *Reader) Tile(c tiles.Coord) ([]byte, error) {
	const maxDepth = 4 // of directories
	id, entries := ID(c), a.root
	for range maxDepth {
		i := sort.Search(len(entries), func(i int) bool { return entries[i].id > id }) - 1
		if i < 0 {
			return nil, nil
		}
		e := entries[i]
		if e.run > 0 {
			if id-e.id >= uint64(e.run) {
				return nil, nil
			}
			if e.offset > a.data.length || uint64(e.length) > a.data.length-e.offset {
				return nil, errDirectory
			}
			return a.part(a.data.offset+e.offset, uint64(e.length))
		}
		if e.offset > a.leaves.length || uint64(e.length) > a.leaves.length-e.offset {
			return nil, errDirectory
		}
		var err error
		if entries, err = a.leafAt(e); err != nil {
			return nil, err
		}
	}
	return nil, errDirectory
}

func (a *Reader) leafAt(e entry) ([]entry, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if leaf, ok := a.leaf[e.offset]; ok {
		return leaf, nil
	}
	leaf, err := a.directory(a.leaves.offset+e.offset, uint64(e.length))
	if err != nil {
		return nil, err
	}
	if a.leaf == nil || len(a.leaf) == maxLeaves {
		a.leaf = make(map[uint64][]entry)
	}
	a.leaf[e.offset] = leaf
	return leaf, nil
}

package pmtiles

import (
	"encoding/binary"
	"errors"
	"math"
)

// entry says where the content of run tiles is, from a number on. With run 0 it
// points to a leaf directory, which goes on from that number.
type entry struct {
	id     uint64
	offset uint64
	length uint32
	run    uint32
}

// appendDirectory writes entries, ordered by number, column by column.
func appendDirectory(b []byte, entries []entry) []byte {
	b = binary.AppendUvarint(b, uint64(len(entries)))
	last := uint64(0)
	for _, e := range entries {
		b = binary.AppendUvarint(b, e.id-last)
		last = e.id
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.run))
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.length))
	}
	next := uint64(0)
	for i, e := range entries {
		if i > 0 && e.offset == next {
			b = binary.AppendUvarint(b, 0) // right after the one before
		} else {
			b = binary.AppendUvarint(b, e.offset+1)
		}
		next = e.offset + uint64(e.length)
	}
	return b
}

var errDirectory = errors.New("pmtiles: a directory is broken")

// readDirectory reads what appendDirectory writes, from any source.
func readDirectory(b []byte) ([]entry, error) {
	var bad bool
	next := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			bad = true
			return 0
		}
		b = b[n:]
		return v
	}
	count := next()
	const leastBytes = 4 // of an entry, one in each column
	if bad || count > uint64(len(b)/leastBytes) {
		return nil, errDirectory
	}
	entries := make([]entry, count)
	last := uint64(0)
	for i := range entries {
		delta := next()
		if i > 0 && delta == 0 || delta > math.MaxUint64-last {
			return nil, errDirectory
		}
		last += delta
		entries[i].id = last
	}
	for i := range entries {
		run := next()
		bad = bad || run > math.MaxUint32
		entries[i].run = uint32(run)
	}
	for i := range entries {
		length := next()
		bad = bad || length == 0 || length > math.MaxUint32
		entries[i].length = uint32(length)
	}
	for i := range entries {
		switch v := next(); {
		case v > 0:
			entries[i].offset = v - 1
		case i > 0:
			entries[i].offset = entries[i-1].offset + uint64(entries[i-1].length)
		default:
			bad = true
		}
	}
	if bad || len(b) > 0 {
		return nil, errDirectory
	}
	return entries, nil
}

package mvt

import (
	"encoding/binary"
	"math"
)

// Wire types of protocol buffers.
const (
	wireVarint = 0
	wireFixed8 = 1
	wireBytes  = 2
	wireFixed4 = 5
)

// reader walks over the fields of one message. Nothing is copied: byte fields are
// parts of the message.
type reader struct {
	b  []byte
	at int

	// The field read last.
	number uint64
	wire   int
	varint uint64 // of varint and fixed fields
	bytes  []byte // of byte fields
}

// next reads the next field; false at the end and on broken bytes, which leave
// at before the end.
func (r *reader) next() bool {
	if r.at >= len(r.b) {
		return false
	}
	key, n := binary.Uvarint(r.b[r.at:])
	if n <= 0 || key>>3 == 0 || key > math.MaxUint32 {
		return false
	}
	rest := r.b[r.at+n:]
	r.number, r.wire, r.bytes, r.varint = key>>3, int(key&7), nil, 0
	var size int
	switch r.wire {
	case wireVarint:
		r.varint, size = binary.Uvarint(rest)
		if size <= 0 {
			return false
		}
	case wireFixed8:
		if size = 8; len(rest) < size {
			return false
		}
		r.varint = binary.LittleEndian.Uint64(rest)
	case wireFixed4:
		if size = 4; len(rest) < size {
			return false
		}
		r.varint = uint64(binary.LittleEndian.Uint32(rest))
	case wireBytes:
		length, m := binary.Uvarint(rest)
		if m <= 0 || length > uint64(len(rest)-m) {
			return false
		}
		size = m + int(length)
		r.bytes = rest[m:size]
	default:
		return false
	}
	r.at += n + size
	return true
}

func (r *reader) broken() bool { return r.at != len(r.b) }

// packed reads a packed field of 32-bit varints. There are never more numbers
// than bytes, so a hostile length cannot make it take more memory.
func packed(dst []uint32, b []byte) ([]uint32, bool) {
	for len(b) > 0 {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > math.MaxUint32 {
			return dst, false
		}
		dst = append(dst, uint32(v))
		b = b[n:]
	}
	return dst, true
}

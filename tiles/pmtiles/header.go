package pmtiles

import (
	"encoding/binary"
	"errors"
	"math"

	"yiju/geo"
)

const (
	magic       = "PMTiles"
	specVersion = 3
	headerSize  = 127
	// rootEnd is where the root directory ends at the latest, so that a client has
	// header and root after one read.
	rootEnd = 16_384

	compressionGzip = 2
	typeMVT         = 1
)

// section is a part of an archive.
type section struct{ offset, length uint64 }

// Header is what an archive says of itself at its start.
type Header struct {
	root, metadata, leaves, data section

	// Addressed counts tiles, Entries the directory entries that address them, and
	// Contents the different tiles.
	Addressed, Entries, Contents uint64
	// Clustered tells that the data lie in the order of tiles.
	Clustered                            bool
	internalCompression, TileCompression uint8
	TileType                             uint8
	MinZoom, MaxZoom                     uint8
	Bounds                               geo.Extent // degrees
	CentreZoom                           uint8
	CentreLon, CentreLat                 float64
}

// e7 is how places are written: whole ten-millionths of a degree.
func e7(v float64) uint32 { return uint32(int32(math.Round(v * 1e7))) }

func fromE7(v uint32) float64 { return float64(int32(v)) / 1e7 }

func (h *Header) append(b []byte) []byte {
	b = append(append(b, magic...), specVersion)
	le := binary.LittleEndian
	for _, s := range []section{h.root, h.metadata, h.leaves, h.data} {
		b = le.AppendUint64(le.AppendUint64(b, s.offset), s.length)
	}
	for _, v := range []uint64{h.Addressed, h.Entries, h.Contents} {
		b = le.AppendUint64(b, v)
	}
	clustered := byte(0)
	if h.Clustered {
		clustered = 1
	}
	b = append(b, clustered, h.internalCompression, h.TileCompression, h.TileType, h.MinZoom, h.MaxZoom)
	for _, v := range []float64{h.Bounds.MinX, h.Bounds.MinY, h.Bounds.MaxX, h.Bounds.MaxY} {
		b = le.AppendUint32(b, e7(v))
	}
	b = append(b, h.CentreZoom)
	return le.AppendUint32(le.AppendUint32(b, e7(h.CentreLon)), e7(h.CentreLat))
}

var errHeader = errors.New("pmtiles: not a PMTiles archive of version 3")

func readHeader(b []byte) (Header, error) {
	var h Header
	if len(b) < headerSize || string(b[:7]) != magic || b[7] != specVersion {
		return h, errHeader
	}
	le := binary.LittleEndian
	at := 8
	u64 := func() uint64 { at += 8; return le.Uint64(b[at-8:]) }
	u32 := func() uint32 { at += 4; return le.Uint32(b[at-4:]) }
	u8 := func() uint8 { at++; return b[at-1] }
	for _, s := range []*section{&h.root, &h.metadata, &h.leaves, &h.data} {
		s.offset, s.length = u64(), u64()
		if s.offset > math.MaxInt64 || s.length > math.MaxInt64-s.offset {
			return h, errHeader
		}
	}
	h.Addressed, h.Entries, h.Contents = u64(), u64(), u64()
	h.Clustered = u8() == 1
	h.internalCompression, h.TileCompression, h.TileType = u8(), u8(), u8()
	h.MinZoom, h.MaxZoom = u8(), u8()
	h.Bounds.MinX, h.Bounds.MinY = fromE7(u32()), fromE7(u32())
	h.Bounds.MaxX, h.Bounds.MaxY = fromE7(u32()), fromE7(u32())
	h.CentreZoom = u8()
	h.CentreLon, h.CentreLat = fromE7(u32()), fromE7(u32())
	return h, nil
}

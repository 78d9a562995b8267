package geotiff

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"yiju/geo/crs"
	"yiju/geo/raster"
)

// Sample is the type of the numbers in a written file.
type Sample int

// The types of numbers.
const (
	Float32 Sample = iota
	Int16          // heights rounded to whole metres
)

const nodata16 = -32768

// rowsPerStrip of written files.
const rowsPerStrip = 64

// Write writes a grid as a GeoTIFF with deflate, its cells lying around their
// centres. The CRS must be an EPSG code.
func Write(w io.Writer, g *raster.Grid, sample Sample) error {
	if err := g.Check(); err != nil {
		return fmt.Errorf("geotiff.Write: %w", err)
	}
	code, err := strconv.Atoi(strings.TrimPrefix(g.CRS, "EPSG:"))
	if err != nil || code < 1 || code >= userDefined {
		return fmt.Errorf("geotiff.Write: %q is not an EPSG code", g.CRS)
	}
	geographic, err := crs.Geographic(g.CRS)
	if err != nil {
		return fmt.Errorf("geotiff.Write: %w", err)
	}
	e := &encoder{order: binary.LittleEndian}
	strips, err := e.strips(g, sample)
	if err != nil {
		return fmt.Errorf("geotiff.Write: %w", err)
	}
	e.describe(g, sample, uint16(code), geographic, strips)
	if _, err := w.Write(e.file(strips)); err != nil {
		return fmt.Errorf("geotiff.Write: %w", err)
	}
	return nil
}

type encoder struct {
	order   binary.AppendByteOrder
	entries []entry
}

type entry struct {
	tag, typ uint16
	count    int
	data     []byte
}

func (e *encoder) strips(g *raster.Grid, sample Sample) ([][]byte, error) {
	var out [][]byte
	for from := 0; from < g.Rows; from += rowsPerStrip {
		var raw []byte
		for row := from; row < min(from+rowsPerStrip, g.Rows); row++ {
			line := g.Z[row*g.Cols : (row+1)*g.Cols]
			if sample == Int16 {
				next, err := int16Row(line)
				if err != nil {
					return nil, err
				}
				raw = append(raw, next...)
				continue
			}
			raw = append(raw, floatRow(line)...)
		}
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		if _, err := z.Write(raw); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		out = append(out, packed.Bytes())
	}
	return out, nil
}

// int16Row writes differences of neighbours (predictor 2).
func int16Row(line []float32) ([]byte, error) {
	var out []byte
	before := int16(0)
	for _, v := range line {
		now := int16(nodata16)
		if v == v {
			r := math.Round(float64(v))
			if r <= nodata16 || r > math.MaxInt16 {
				return nil, errors.New("a height does not fit into 16 bits")
			}
			now = int16(r)
		}
		out = binary.LittleEndian.AppendUint16(out, uint16(now-before))
		before = now
	}
	return out, nil
}

// floatRow parts the bytes by significance and writes differences (predictor 3).
func floatRow(line []float32) []byte {
	n := len(line)
	out := make([]byte, 4*n)
	for i, v := range line {
		bits := math.Float32bits(v)
		for k := range 4 {
			out[k*n+i] = byte(bits >> (24 - 8*k))
		}
	}
	for i := len(out) - 1; i > 0; i-- {
		out[i] -= out[i-1]
	}
	return out
}

func (e *encoder) shorts(tag uint16, values ...uint16) {
	var b []byte
	for _, v := range values {
		b = e.order.AppendUint16(b, v)
	}
	e.entries = append(e.entries, entry{tag, 3, len(values), b})
}

func (e *encoder) longs(tag uint16, values ...uint32) {
	var b []byte
	for _, v := range values {
		b = e.order.AppendUint32(b, v)
	}
	e.entries = append(e.entries, entry{tag, 4, len(values), b})
}

func (e *encoder) doubles(tag uint16, values ...float64) {
	var b []byte
	for _, v := range values {
		b = e.order.AppendUint64(b, math.Float64bits(v))
	}
	e.entries = append(e.entries, entry{tag, 12, len(values), b})
}

func (e *encoder) text(tag uint16, s string) {
	e.entries = append(e.entries, entry{tag, 2, len(s) + 1, append([]byte(s), 0)})
}

// describe lists the entries in the order of their tags. Offsets of strips are
// put in by file.
func (e *encoder) describe(g *raster.Grid, sample Sample, code uint16, geographic bool, strips [][]byte) {
	bits, format, predictor, nodata := uint16(32), uint16(3), uint16(3), "nan"
	if sample == Int16 {
		bits, format, predictor, nodata = 16, 2, 2, strconv.Itoa(nodata16)
	}
	counts := make([]uint32, len(strips))
	for i, s := range strips {
		counts[i] = uint32(len(s))
	}
	model, key := uint16(1), uint16(keyProjected)
	if geographic {
		model, key = 2, keyGeographic
	}
	e.longs(tagWidth, uint32(g.Cols))
	e.longs(tagHeight, uint32(g.Rows))
	e.shorts(tagBits, bits)
	e.shorts(tagCompression, packDeflate)
	e.shorts(262, 1) // black is zero
	e.longs(tagStripOffsets, make([]uint32, len(strips))...)
	e.shorts(tagSamples, 1)
	e.longs(tagRowsPerStrip, rowsPerStrip)
	e.longs(tagStripCounts, counts...)
	e.shorts(tagPredictor, predictor)
	e.shorts(tagSampleFormat, format)
	e.doubles(tagPixelScale, g.StepX, g.StepY, 0)
	e.doubles(tagTiepoint, 0, 0, 0, g.West-g.StepX/2, g.North+g.StepY/2, 0)
	e.shorts(tagGeoKeys, 1, 1, 0, 3, keyModelType, 0, 1, model, keyRasterType, 0, 1, 1, key, 0, 1, code)
	e.text(tagNodata, nodata)
}

// file lays out the head, the directory, the values that do not fit into it, and
// the strips.
func (e *encoder) file(strips [][]byte) []byte {
	at := 8 + 2 + 12*len(e.entries) + 4
	for _, en := range e.entries {
		if len(en.data) > 4 {
			at += len(en.data) + len(en.data)%2
		}
	}
	for i, en := range e.entries {
		if en.tag != tagStripOffsets {
			continue
		}
		var b []byte
		next := at
		for _, s := range strips {
			b = e.order.AppendUint32(b, uint32(next))
			next += len(s)
		}
		e.entries[i].data = b
	}
	out := append([]byte("II"), 42, 0, 8, 0, 0, 0)
	out = e.order.AppendUint16(out, uint16(len(e.entries)))
	var beside []byte
	base := 8 + 2 + 12*len(e.entries) + 4
	for _, en := range e.entries {
		out = e.order.AppendUint16(out, en.tag)
		out = e.order.AppendUint16(out, en.typ)
		out = e.order.AppendUint32(out, uint32(en.count))
		if len(en.data) <= 4 {
			out = append(out, append(bytes.Clone(en.data), 0, 0, 0, 0)[:4]...)
			continue
		}
		out = e.order.AppendUint32(out, uint32(base+len(beside)))
		beside = append(beside, en.data...)
		if len(beside)%2 == 1 {
			beside = append(beside, 0)
		}
	}
	out = append(out, 0, 0, 0, 0) // no further directory
	out = append(out, beside...)
	for _, s := range strips {
		out = append(out, s...)
	}
	return out
}

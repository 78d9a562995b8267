package geotiff

import (
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"yiju/geo"
)

// Tags of TIFF and GeoTIFF that matter here.
const (
	tagWidth           = 256
	tagHeight          = 257
	tagBits            = 258
	tagCompression     = 259
	tagStripOffsets    = 273
	tagSamples         = 277
	tagRowsPerStrip    = 278
	tagStripCounts     = 279
	tagPredictor       = 317
	tagTileWidth       = 322
	tagTileHeight      = 323
	tagTileOffsets     = 324
	tagTileCounts      = 325
	tagSampleFormat    = 339
	tagPixelScale      = 33550
	tagTiepoint        = 33922
	tagTransformation  = 34264
	tagGeoKeys         = 34735
	tagMetadata        = 42112
	tagNodata          = 42113
	keyModelType       = 1024
	keyRasterType      = 1025
	keyGeographic      = 2048
	keyProjected       = 3072
	keyVerticalUnits   = 4099
	userDefined        = 32767
	rasterPixelIsPoint = 2
)

// tag is one entry of the directory: its numbers, or its text.
type tag struct {
	numbers []float64
	text    string
}

// typeSizes are the sizes of the types of TIFF, by number.
var typeSizes = [...]int64{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8}

// readTags reads the first directory.
func (f *File) readTags() (map[int]tag, error) {
	head := make([]byte, 16)
	n, err := f.r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch string(head[:2]) {
	case "II":
	case "MM":
		order = binary.BigEndian
	default:
		return nil, f.refuse("不是 TIFF 文件", "is not a TIFF file")
	}
	if n < 8 {
		return nil, io.ErrUnexpectedEOF
	}
	f.layout.order = order
	d := directory{f: f, order: order}
	switch order.Uint16(head[2:]) {
	case 42:
		return d.read(int64(order.Uint32(head[4:])))
	case 43:
		d.big = true
		return d.read(int64(order.Uint64(head[8:])))
	}
	return nil, f.refuse("不是 TIFF 文件", "is not a TIFF file")
}

type directory struct {
	f     *File
	order binary.ByteOrder
	big   bool
	spent int64
}

func (d *directory) bytes(at, n int64) ([]byte, error) {
	if at < 0 || n < 0 || at > d.f.size-n {
		return nil, io.ErrUnexpectedEOF
	}
	if d.spent += n; d.spent > maxTagBytes {
		return nil, errors.New("its directory is too large")
	}
	b := make([]byte, n)
	if _, err := d.f.r.ReadAt(b, at); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b, nil
}

func (d *directory) read(at int64) (map[int]tag, error) {
	countSize, entrySize := int64(2), int64(12)
	if d.big {
		countSize, entrySize = 8, 20
	}
	head, err := d.bytes(at, countSize)
	if err != nil {
		return nil, err
	}
	n := int64(d.order.Uint16(head))
	if d.big {
		n = int64(min(d.order.Uint64(head), 1<<20))
	}
	entries, err := d.bytes(at+countSize, n*entrySize)
	if err != nil {
		return nil, err
	}
	out := make(map[int]tag, n)
	for i := range n {
		e := entries[i*entrySize : (i+1)*entrySize]
		t, err := d.entry(e)
		if err != nil {
			return nil, fmt.Errorf("tag %d: %w", d.order.Uint16(e), err)
		}
		out[int(d.order.Uint16(e))] = t
	}
	return out, nil
}

// entry reads the value of one entry, which lies in the entry itself when it is
// small enough and elsewhere in the file when not.
func (d *directory) entry(e []byte) (tag, error) {
	typ := int(d.order.Uint16(e[2:]))
	count, value := uint64(d.order.Uint32(e[4:])), e[8:]
	if d.big {
		count, value = d.order.Uint64(e[4:]), e[12:]
	}
	if typ >= len(typeSizes) || typeSizes[typ] == 0 {
		return tag{}, nil // a type of the future: to be skipped
	}
	if count > maxTagBytes {
		return tag{}, io.ErrUnexpectedEOF
	}
	size := int64(count) * typeSizes[typ]
	data := value[:min(size, int64(len(value)))]
	if size > int64(len(value)) {
		at := int64(d.order.Uint32(value))
		if d.big {
			at = int64(d.order.Uint64(value))
		}
		var err error
		if data, err = d.bytes(at, size); err != nil {
			return tag{}, err
		}
	}
	if typ == 2 {
		text, _, _ := strings.Cut(string(data), "\x00")
		return tag{text: text}, nil
	}
	t := tag{numbers: make([]float64, count)}
	for i := range t.numbers {
		t.numbers[i] = d.number(typ, data[int64(i)*typeSizes[typ]:])
	}
	return t, nil
}

func (d *directory) number(typ int, b []byte) float64 {
	switch typ {
	case 1, 7:
		return float64(b[0])
	case 6:
		return float64(int8(b[0]))
	case 3:
		return float64(d.order.Uint16(b))
	case 8:
		return float64(int16(d.order.Uint16(b)))
	case 4, 13:
		return float64(d.order.Uint32(b))
	case 9:
		return float64(int32(d.order.Uint32(b)))
	case 5:
		return float64(d.order.Uint32(b)) / float64(d.order.Uint32(b[4:]))
	case 10:
		return float64(int32(d.order.Uint32(b))) / float64(int32(d.order.Uint32(b[4:])))
	case 11:
		return float64(math.Float32frombits(d.order.Uint32(b)))
	case 12:
		return math.Float64frombits(d.order.Uint64(b))
	case 16, 18:
		return float64(d.order.Uint64(b))
	}
	return float64(int64(d.order.Uint64(b)))
}

// first gives the first number of a tag, or a default.
func first(tags map[int]tag, id int, other float64) float64 {
	if n := tags[id].numbers; len(n) > 0 {
		return n[0]
	}
	return other
}

// geoKeys reads the keys with short values; the others are not needed.
func geoKeys(tags map[int]tag) map[int]int {
	out := make(map[int]int)
	keys := tags[tagGeoKeys].numbers
	for i := 4; i+3 < len(keys); i += 4 {
		if keys[i+1] == 0 {
			out[int(keys[i])] = int(keys[i+3])
		}
	}
	return out
}

// readPlace finds where the grid lies and in what system.
func (f *File) readPlace(tags map[int]tag) error {
	keys := geoKeys(tags)
	for _, key := range []int{keyProjected, keyGeographic} {
		if code := keys[key]; code > 0 && code != userDefined && f.CRS == "" {
			f.CRS = fmt.Sprintf("EPSG:%d", code)
		}
	}
	if keys[keyProjected] == userDefined {
		f.CRS = "" // what lies below it says nothing about the grid
	}
	sx, sy, x, y, err := f.affine(tags)
	if err != nil {
		return err
	}
	if keys[keyRasterType] != rasterPixelIsPoint {
		x, y = x+sx/2, y+sy/2
	}
	p := &f.place
	p.west, p.north, p.stepX, p.stepY = x, y, sx, -sy
	if sy > 0 {
		p.flipped, p.stepY = true, sy
		p.north = y + float64(f.Rows-1)*sy
	}
	for _, v := range []float64{p.west, p.north, p.stepX, p.stepY} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return f.refuse("的位置不是有限数", "lies at a place that is not finite")
		}
	}
	if !(p.stepX > 0 && p.stepY > 0) {
		return f.refuse("的像元大小为 %g×%g", "has cells of %g by %g", p.stepX, p.stepY)
	}
	return nil
}

// affine gives the steps per column and row, the latter negative for a file that
// begins in the north, and the outer corner of the first cell (its centre, when
// the raster type says so).
func (f *File) affine(tags map[int]tag) (sx, sy, x, y float64, err error) {
	if m := tags[tagTransformation].numbers; len(m) == 16 {
		if m[1] != 0 || m[4] != 0 {
			return 0, 0, 0, 0, geo.Refuse(geo.Tf("高程文件 %s 的格网是旋转的，不支持", "the height grid %s is rotated, which is not supported", f.name),
				geo.T("用 gdalwarp 重采样为正北格网", "make it north-up with gdalwarp"))
		}
		return m[0], m[5], m[3], m[7], nil
	}
	scale, tie := tags[tagPixelScale].numbers, tags[tagTiepoint].numbers
	if len(scale) < 2 || len(tie) < 6 {
		return 0, 0, 0, 0, geo.Refuse(geo.Tf("文件 %s 是普通图片，没有地理位置", "file %s is a picture without a place on Earth", f.name),
			geo.T("使用带坐标的 GeoTIFF，或用 gdal_translate -a_ullr -a_srs 补上", "use a GeoTIFF that has its place, or add it with gdal_translate -a_ullr -a_srs"))
	}
	return scale[0], -scale[1], tie[3] - tie[0]*scale[0], tie[4] + tie[1]*scale[1], nil
}

// readValues finds how numbers become metres.
func (f *File) readValues(tags map[int]tag) {
	v := &f.values
	v.scale, v.metres = 1, 1
	if n, err := strconv.ParseFloat(strings.TrimSpace(tags[tagNodata].text), 64); err == nil {
		v.nodata, v.hasNodata = n, true
	}
	switch geoKeys(tags)[keyVerticalUnits] {
	case 9002:
		f.setUnit("ft")
	case 9003:
		f.setUnit("us-ft")
	}
	var metadata struct {
		Items []struct {
			Role  string `xml:"role,attr"`
			Value string `xml:",chardata"`
		} `xml:"Item"`
	}
	if xml.Unmarshal([]byte(tags[tagMetadata].text), &metadata) != nil {
		return // what cannot be read says nothing
	}
	for _, item := range metadata.Items {
		n, err := strconv.ParseFloat(strings.TrimSpace(item.Value), 64)
		switch {
		case item.Role == "unittype":
			f.setUnit(strings.ToLower(strings.TrimSpace(item.Value)))
		case item.Role == "scale" && err == nil && n != 0:
			v.scale = n
		case item.Role == "offset" && err == nil:
			v.offset = n
		}
	}
}

func (f *File) setUnit(unit string) {
	switch unit {
	case "ft", "feet", "foot":
		f.Unit, f.values.metres = "ft", 0.3048
	case "us-ft", "us survey foot", "ftus":
		f.Unit, f.values.metres = "us-ft", 1200.0/3937
	}
}

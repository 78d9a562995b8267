package osm

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"testing"

	"github.com/klauspost/compress/zstd"
	"google.golang.org/protobuf/encoding/protowire"
)

// pbfWriter writes PBF files for tests, good ones and bad ones.
type pbfWriter struct {
	bytes.Buffer
	pack string // raw, zlib, zstd
}

func field(b []byte, num protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, num, protowire.BytesType), value)
}

func varint(b []byte, num protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, num, protowire.VarintType), v)
}

// packed writes numbers; signed ones as differences when delta says so.
func packed(b []byte, num protowire.Number, values ...uint64) []byte {
	var body []byte
	for _, v := range values {
		body = protowire.AppendVarint(body, v)
	}
	return field(b, num, body)
}

func deltas(values ...int64) []uint64 {
	out := make([]uint64, len(values))
	before := int64(0)
	for i, v := range values {
		out[i] = protowire.EncodeZigZag(v - before)
		before = v
	}
	return out
}

func (w *pbfWriter) blob(t testing.TB, kind string, data []byte) {
	t.Helper()
	var blob []byte
	switch w.pack {
	case "zlib":
		var z bytes.Buffer
		zw := zlib.NewWriter(&z)
		if _, err := zw.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := zw.Close(); err != nil {
			t.Fatal(err)
		}
		blob = field(varint(nil, 2, uint64(len(data))), 3, z.Bytes())
	case "zstd":
		e, err := zstd.NewWriter(nil)
		if err != nil {
			t.Fatal(err)
		}
		blob = field(varint(nil, 2, uint64(len(data))), 7, e.EncodeAll(data, nil))
	default:
		blob = field(nil, 1, data)
	}
	w.raw(kind, blob)
}

func (w *pbfWriter) raw(kind string, blob []byte) {
	header := varint(field(nil, 1, []byte(kind)), 3, uint64(len(blob)))
	w.Write(binary.BigEndian.AppendUint32(nil, uint32(len(header))))
	w.Write(header)
	w.Write(blob)
}

func (w *pbfWriter) header(t testing.TB, features ...string) {
	var body []byte
	for _, f := range append([]string{"OsmSchema-V0.6", "DenseNodes"}, features...) {
		body = field(body, 4, []byte(f))
	}
	w.blob(t, "OSMHeader", body)
}

// block writes a string table, which begins with the empty string, and groups.
func block(text []string, groups ...[]byte) []byte {
	var table []byte
	for _, s := range append([]string{""}, text...) {
		table = field(table, 1, []byte(s))
	}
	out := field(nil, 1, table)
	for _, g := range groups {
		out = field(out, 2, g)
	}
	return out
}

// town is a small file with everything in it that the format has: dense and plain
// nodes, a deleted one, a way with tags, a relation.
func town(t testing.TB, pack string) []byte {
	w := &pbfWriter{pack: pack}
	w.header(t)
	dense := packed(nil, 1, deltas(1, 2, 3)...)
	dense = field(dense, 5, packed(nil, 6, 1, 1, 1))
	dense = packed(dense, 8, deltas(362000000, 362000000, 362010000)...)
	dense = packed(dense, 9, deltas(1171000000, 1171010000, 1171010000)...)
	dense = packed(dense, 10, 0, 1, 2, 0, 0)
	plain := varint(nil, 1, protowire.EncodeZigZag(4))
	plain = varint(plain, 8, protowire.EncodeZigZag(362010000))
	plain = varint(plain, 9, protowire.EncodeZigZag(1171000000))
	gone := varint(nil, 1, protowire.EncodeZigZag(5))
	gone = field(gone, 4, varint(nil, 6, 0))
	way := varint(nil, 1, 10)
	way = packed(way, 2, 3)
	way = packed(way, 3, 4)
	way = packed(way, 8, deltas(1, 2, 3, 4, 1)...)
	relation := varint(nil, 1, 20)
	relation = packed(relation, 2, 5, 7)
	relation = packed(relation, 3, 6, 8)
	relation = packed(relation, 8, 9)
	relation = packed(relation, 9, deltas(10)...)
	relation = packed(relation, 10, 1)
	w.blob(t, "OSMData", block([]string{"entrance", "main", "building", "yes", "type", "multipolygon", "landuse", "residential", "outer"},
		field(nil, 2, dense), field(field(nil, 1, plain), 1, gone), field(nil, 3, way), field(nil, 4, relation)))
	return w.Bytes()
}

// townXML is the same as XML.
const townXML = `<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="36.2" lon="117.1"/>
<node id="2" lat="36.2" lon="117.101"><tag k="entrance" v="main"/></node>
<node id="3" lat="36.201" lon="117.101"/>
<node id="4" lat="36.201" lon="117.1"/>
<node id="5" visible="false"/>
<way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/><tag k="building" v="yes"/></way>
<relation id="20"><member type="way" ref="10" role="outer"/><tag k="type" v="multipolygon"/><tag k="landuse" v="residential"/></relation>
</osm>`

// townJSON is the same as Overpass gives it.
const townJSON = `{"version":0.6,"elements":[
{"type":"node","id":1,"lat":36.2,"lon":117.1},{"type":"node","id":2,"lat":36.2,"lon":117.101,"tags":{"entrance":"main"}},
{"type":"node","id":3,"lat":36.201,"lon":117.101},{"type":"node","id":4,"lat":36.201,"lon":117.1},{"type":"node","id":5,"visible":false},
{"type":"way","id":10,"nodes":[1,2,3,4,1],"tags":{"building":"yes"}},
{"type":"relation","id":20,"members":[{"type":"way","ref":10,"role":"outer"}],"tags":{"type":"multipolygon","landuse":"residential"}}]}`

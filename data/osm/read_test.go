package osm

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"google.golang.org/protobuf/encoding/protowire"

	"yiju/geo"
	"yiju/internal/sample"
)

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// All forms of the same data give the same features, to the last bit of a
// coordinate.
func TestFormsAgree(t *testing.T) {
	forms := map[string][]byte{
		"raw PBF": town(t, "raw"), "zlib PBF": town(t, "zlib"), "zstd PBF": town(t, "zstd"), "gzip PBF": gzipped(t, town(t, "zlib")),
		"XML": []byte(townXML), "XML with mark": []byte("\xEF\xBB\xBF" + townXML), "gzip XML": gzipped(t, []byte(townXML)),
		"JSON": []byte(townJSON), "list of JSON": []byte(townJSON[strings.Index(townJSON, "[") : len(townJSON)-1]),
	}
	var want map[string][]geo.Feature
	for _, name := range sortedKeys(forms) {
		d, err := Read(context.Background(), bytes.NewReader(forms[name]), Options{Name: "town"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		r, err := d.Features(context.Background(), testMapping(t), nil)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = r.Layers
			if len(want["buildings"]) != 1 || len(want["entrances"]) != 1 || len(want["areas"]) != 1 {
				t.Fatalf("%s: %v", name, want)
			}
		}
		if diff := cmp.Diff(want, r.Layers); diff != "" || d.Problems().Count("deleted_object") != 1 {
			t.Errorf("%s: %v %s", name, d.Problems().Entries(), diff)
		}
	}
	door := want["entrances"][0]
	if p := door.Geometry.(orb.Point); p != (orb.Point{117.101, 36.2}) {
		t.Errorf("the door is at %v", p)
	}
}

// The usual tool writes real data in many forms; all must read alike.
func TestFormsOfOsmiumAgree(t *testing.T) {
	tool, err := exec.LookPath("osmium")
	if err != nil {
		t.Skip("osmium is not installed")
	}
	source := sample.Path(t, "osm-monaco/monaco-2021-04-19.osm.pbf")
	want := readFile(t, source)
	result, err := want.Features(context.Background(), testMapping(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for i, form := range []string{"osm", "osm.bz2", "pbf,pbf_dense_nodes=false", "pbf,pbf_compression=none,add_metadata=false"} {
		path := filepath.Join(folder, fmt.Sprint("f", i))
		if out, err := exec.Command(tool, "cat", "--no-progress", source, "-f", form, "-o", path).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", form, err, out)
		}
		d := readFile(t, path)
		d.name = want.name
		r, err := d.Features(context.Background(), testMapping(t), nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(result.Layers, r.Layers); diff != "" {
			t.Errorf("%s: %s", form, diff)
		}
	}
}

func TestDuplicatesAndOrder(t *testing.T) {
	text := `<osm>
		<way id="2"><nd ref="3"/><nd ref="-1"/><tag k="highway" v="path"/></way>
		<node id="3" lon="1" lat="1"/><node id="-1" lon="2" lat="2"/>
		<node id="3" lon="5" lat="5" version="2"/>
		<way id="2"><nd ref="3"/><nd ref="-1"/><tag k="highway" v="steps"/></way>
		<way id="9"><nd ref="3"/><nd ref="-1"/><tag k="highway" v="path"/></way>
		<way id="9" visible="false"/>
		<way id="11" action="delete"><nd ref="3"/><nd ref="-1"/><tag k="highway" v="path"/></way>
		<node id="7" lon="200" lat="95"><tag k="highway" v="street_lamp"/></node></osm>`
	d, err := Read(context.Background(), strings.NewReader(text), Options{Name: "a"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.Features(context.Background(), testMapping(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	ways := r.Layers["ways"]
	if len(ways) != 1 || !cmp.Equal(ways[0].Geometry, orb.Geometry(orb.LineString{{5, 5}, {2, 2}})) || ways[0].Attributes["class"] != "steps" {
		t.Errorf("ways %+v", ways)
	}
	for code, n := range map[string]int{"duplicate_object": 3, "deleted_object": 2, "bad_coordinate": 1} {
		if d.Problems().Count(code) != n {
			t.Errorf("%s: %d, want %d", code, d.Problems().Count(code), n)
		}
	}
	if len(r.Layers["devices"]) != 0 {
		t.Errorf("a lamp at 200°E: %v", r.Layers["devices"])
	}
}

// Ways may carry the places of their nodes.
func TestLocationsOnWays(t *testing.T) {
	w := &pbfWriter{}
	w.header(t)
	way := varint(nil, 1, 10)
	way = packed(way, 2, 1)
	way = packed(way, 3, 2)
	way = packed(way, 8, deltas(1, 2)...)
	way = packed(way, 9, deltas(362000000, 362010000)...)
	way = packed(way, 10, deltas(1171000000, 1171010000)...)
	w.blob(t, "OSMData", block([]string{"highway", "path"}, field(nil, 3, way)))
	d, err := Read(context.Background(), &w.Buffer, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.Features(context.Background(), testMapping(t), nil)
	if err != nil || len(r.Layers["ways"]) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestBadTextIsReplaced(t *testing.T) {
	w := &pbfWriter{}
	w.header(t)
	node := varint(nil, 1, protowire.EncodeZigZag(4))
	node = packed(packed(node, 2, 1, 3), 3, 2, 4)
	w.blob(t, "OSMData", block([]string{"highway", "street_lamp", "name", "a\x00b\xFF"}, field(nil, 1, node)))
	d, err := Read(context.Background(), &w.Buffer, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.Features(context.Background(), testMapping(t), nil)
	if err != nil || len(r.Layers["devices"]) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	if name, _ := r.Layers["devices"][0].Text("name"); name != "a\uFFFDb\uFFFD" || d.Problems().Count("bad_text") != 1 {
		t.Errorf("name %q, problems %v", name, d.Problems().Entries())
	}
}

// hostile makes files that are right up to one thing.
func hostile(t *testing.T) map[string][]byte {
	out := make(map[string][]byte)
	data := func(name string, message []byte) {
		w := &pbfWriter{}
		w.header(t)
		w.blob(t, "OSMData", message)
		out[name] = w.Bytes()
	}
	way := packed(packed(varint(nil, 1, 1), 2, 99), 3, 1)
	data("key outside the string table", block(nil, field(nil, 3, way)))
	data("more keys than values", block([]string{"a"}, field(nil, 3, packed(varint(nil, 1, 1), 2, 1))))
	data("dense columns differ", block(nil, field(nil, 2, packed(packed(nil, 1, deltas(1, 2)...), 8, 0))))
	data("dense tags cut", block([]string{"a"}, field(nil, 2, packed(packed(packed(packed(nil, 1, 2), 8, 0), 9, 0), 10, 1))))
	data("role outside the string table", block(nil, field(nil, 4, packed(packed(packed(varint(nil, 1, 1), 8, 9), 9, 2), 10, 1))))
	data("members differ", block(nil, field(nil, 4, packed(packed(varint(nil, 1, 1), 8, 0), 9, 2, 2))))
	data("length beyond the message", append(protowire.AppendTag(nil, 2, protowire.BytesType), 0xFF, 0xFF, 0x03))
	header := &pbfWriter{}
	header.header(t, "Magic-V9")
	out["unknown feature"] = header.Bytes()
	for name, blob := range map[string][]byte{
		"zlib that is none": field(varint(nil, 2, 10), 3, []byte("hello")),
		"blob of nothing":   varint(nil, 2, 10),
		"lz4":               field(nil, 6, []byte("hello")),
		"declared huge":     field(varint(nil, 2, math.MaxInt32), 3, []byte{0x78, 0x9C, 0x03, 0x00}),
	} {
		w := &pbfWriter{}
		w.header(t)
		w.raw("OSMData", blob)
		out[name] = w.Bytes()
	}
	huge := &pbfWriter{}
	huge.header(t)
	head := varint(field(nil, 1, []byte("OSMData")), 3, math.MaxInt32)
	huge.Write(binary.BigEndian.AppendUint32(nil, uint32(len(head))))
	huge.Write(head)
	out["blob of two gigabytes"] = huge.Bytes()
	return out
}

func TestBadFilesAreRefused(t *testing.T) {
	good := town(t, "zlib")
	packedXML := gzipped(t, []byte(townXML))
	random := make([]byte, 4096)
	for i := range random {
		random[i] = byte(i*i*7 + i>>3)
	}
	files := hostile(t)
	say := map[string]string{"unknown feature": "Magic-V9", "lz4": "lz4"}
	add := func(name string, data []byte, words string) {
		files[name], say[name] = data, words
	}
	add("empty", nil, "empty")
	add("random bytes", random, "not OSM data")
	add("web page", []byte("<!DOCTYPE html>\n<html><head><title>429</title></head><body>Too many<br>requests</body></html>"), "web page")
	add("other XML", []byte(`<?xml version="1.0"?><gpx></gpx>`), "gpx")
	add("change file", []byte(`<osmChange version="0.6"></osmChange>`), "osmChange")
	add("XML cut off", []byte(townXML[:len(townXML)/2]), "cut off")
	add("XML without its end", []byte(strings.TrimSuffix(townXML, "</osm>")), "cut off")
	add("XML that is wrong", []byte(strings.Replace(townXML, "</way>", "</wey>", 1)), "line 7")
	add("XML with a wrong id", []byte(`<osm><node id="x"/></osm>`), `"x"`)
	add("gzip cut off", packedXML[:len(packedXML)/2], "cut off")
	add("gzip of nothing", gzipped(t, nil), "empty")
	add("PBF cut off", good[:len(good)-7], "cut off")
	add("PBF cut in the head", good[:20], "")
	add("no objects", []byte("<osm></osm>"), "no OSM object")
	add("ZIP", []byte("PK\x03\x04aaaaaaaaaaaa"), "ZIP")
	add("JSON cut off", []byte(townJSON[:200]), "cut off")
	add("GeoJSON", []byte(`{"type":"FeatureCollection","features":[]}`), "yiju import geojson")
	add("JSON that is wrong", []byte(`{"elements":[{"type":"node","id":"x"}]}`), "")
	add("JSON nested deep", []byte(`{"a":`+strings.Repeat("[", 100_000)), "")
	add("packed whitespace", gzipped(t, bytes.Repeat([]byte(" "), 70<<20)), "")
	for _, name := range sortedKeys(files) {
		t.Run(name, func(t *testing.T) {
			d, err := Read(context.Background(), bytes.NewReader(files[name]), Options{Name: "a.osm"})
			fault := geo.AsFault(err)
			if fault == nil || !strings.Contains(fault.Say("en"), say[name]) || len(fault.Fix) == 0 || !strings.Contains(fault.Say("zh"), "a.osm") {
				t.Errorf("got %v, %v", d, err)
			}
		})
	}
}

// A small file that unpacks to very many nodes is stopped before memory is.
func TestGrowthIsBounded(t *testing.T) {
	w := &pbfWriter{pack: "zlib"}
	w.header(t)
	n := 2_000_000
	ones := make([]uint64, n)
	for i := range ones {
		ones[i] = 2
	}
	message := block(nil, field(nil, 2, packed(packed(packed(nil, 1, ones...), 8, ones...), 9, ones...)))
	for range 10 {
		w.blob(t, "OSMData", message)
	}
	_, err := Read(context.Background(), &w.Buffer, Options{Name: "a.pbf"})
	if fault := geo.AsFault(err); fault == nil || !strings.Contains(fault.Say("en"), "grows") {
		t.Errorf("got %v", err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, strings.NewReader(townXML), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("reading: %v", err)
	}
	d, err := Read(context.Background(), strings.NewReader(townXML), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Features(ctx, testMapping(t), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("making features: %v", err)
	}
}

func fuzzSeeds(f *testing.F) {
	for _, pack := range []string{"raw", "zlib", "zstd"} {
		f.Add(town(f, pack))
	}
	f.Add([]byte(townXML))
	f.Add([]byte(townJSON))
	f.Add(gzipped(f, []byte(townXML)))
}

// usableResult fails when what was read cannot be stored.
func usableResult(t *testing.T, m *Mapping, data []byte) {
	d, err := Read(context.Background(), bytes.NewReader(data), Options{Name: "fuzz"})
	if err != nil {
		if geo.AsFault(err) == nil {
			t.Errorf("not worded for the user: %v", err)
		}
		return
	}
	r, err := d.Features(context.Background(), m, nil)
	if err != nil {
		t.Fatal(err)
	}
	schema := geo.Schema{Shapes: []geo.Shape{geo.Point, geo.Line, geo.Polygon}}
	for _, list := range r.Layers {
		for _, f := range list {
			f.Attributes = nil // the schemas belong to others
			if problems := schema.Check(&f); len(problems) > 0 {
				t.Errorf("unusable: %v", problems)
			}
		}
	}
}

// FuzzRead goes in at the front door, whatever the format.
func FuzzRead(f *testing.F) {
	fuzzSeeds(f)
	m := testMapping(f)
	f.Fuzz(func(t *testing.T, data []byte) { usableResult(t, m, data) })
}

// FuzzPBF changes the content of a block, which packing hides from FuzzRead. The
// seeds are the blocks of real files.
func FuzzPBF(f *testing.F) {
	for _, name := range []string{"osm-neuss/neuss-s11.osm.pbf", "osm-monaco/monaco-2021-04-19.osm.pbf"} {
		folder := os.Getenv("YIJU_DATA")
		if folder == "" {
			folder = "../../../shared/data"
		}
		file, err := os.Open(filepath.Join(folder, name))
		if err != nil {
			continue // the small town is seed enough
		}
		p := &pbfReader{l: &loader{d: &Data{}, source: &meter{}}}
		in := bufio.NewReader(file)
		for range 2 {
			if _, blob, err := p.nextBlob(in); err == nil {
				if data, err := p.unpack(blob); err == nil && len(data) < 1<<16 {
					f.Add(bytes.Clone(data))
				}
			}
		}
		file.Close()
	}
	f.Add(block([]string{"highway", "path"}, field(nil, 3, packed(packed(packed(varint(nil, 1, 1), 2, 1), 3, 2), 8, 2, 2))))
	m := testMapping(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		w := &pbfWriter{}
		w.header(t)
		w.blob(t, "OSMData", data)
		usableResult(t, m, w.Bytes())
	})
}

// FuzzXML changes the inside of a document.
func FuzzXML(f *testing.F) {
	f.Add(townXML[40 : len(townXML)-6])
	f.Add(`<node id="1" lon="1" lat="1"/><way id="1"><nd ref="1"/><nd ref="1"/><nd ref="1"/><nd ref="1"/><tag k="building" v="yes"/></way>`)
	m := testMapping(f)
	f.Fuzz(func(t *testing.T, inside string) { usableResult(t, m, []byte("<osm>"+inside+"</osm>")) })
}

func BenchmarkRead(b *testing.B) {
	data, err := os.ReadFile(sample.Path(b, "osm-dem-pop-porto-alegre/poa_osm.pbf"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(context.Background(), bytes.NewReader(data), Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFeatures(b *testing.B) {
	d := readFile(b, sample.Path(b, "osm-dem-pop-porto-alegre/poa_osm.pbf"))
	m := testMapping(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Features(context.Background(), m, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// Package pmtiles packs a pyramid of vector tiles into one file, a PMTiles archive
// of version 3, which a map client reads in parts from any file server.
//
// Archives are clustered: tiles lie in the order of their numbers, equal tiles once.
// Directories, metadata and tiles are compressed with gzip. The sections come in
// the order header, root directory, tiles, metadata, leaf directories, so that
// tiles can be written as they are drawn.
package pmtiles

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"yiju/geo"
	"yiju/tiles"
)

// Source draws a tile. Write calls it from several goroutines.
type Source func(context.Context, tiles.Coord) (tiles.Tile, error)

// Plan says which tiles an archive holds and what it says of them.
type Plan struct {
	// Bounds in degrees. Only tiles that own a point of it are drawn.
	Bounds           geo.Extent
	MinZoom, MaxZoom uint8
	// Meta is kept in the archive; vector_layers among it is what map clients need.
	Meta Meta
	// Progress, when set, is told after every few tiles how many of the zoom's are
	// done. It is called from one goroutine.
	Progress func(zoom uint8, done, of int)
}

// Meta is the metadata of an archive.
type Meta struct {
	Name         string              `json:"name,omitempty"`
	Description  string              `json:"description,omitempty"`
	Version      string              `json:"version,omitempty"`
	Attribution  string              `json:"attribution,omitempty"`
	Type         string              `json:"type,omitempty"` // "overlay" or "baselayer"
	VectorLayers []tiles.VectorLayer `json:"vector_layers"`
}

// Report tells what was written.
type Report struct {
	Tiles    uint64 // with content
	Contents uint64 // different ones
	Skipped  uint64 // not drawn, being below an empty tile
	Bytes    int64
	// Features left out to keep tiles within their bounds, counted in each tile.
	Dropped, Faulty int
}

// MaxTiles bounds the tiles that one archive may draw at a zoom.
const MaxTiles = 16 << 20

// File writes an archive to a path. The file appears when it is complete; on an
// error nothing is left behind and a file that was there before stays.
func File(ctx context.Context, path string, source Source, p Plan) (Report, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".pmtiles-*")
	if err != nil {
		return Report{}, fmt.Errorf("pmtiles: %w", err)
	}
	defer os.Remove(f.Name()) // gone already when all went well
	report, err := Write(ctx, f, source, p)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return Report{}, fmt.Errorf("pmtiles: write %s: %w", path, err)
	}
	return report, nil
}

// Write writes an archive from the start of w. The tiles below one that no feature
// comes near are not drawn. An archive without a tile is refused.
func Write(ctx context.Context, w io.WriteSeeker, source Source, p Plan) (Report, error) {
	if p.MinZoom > p.MaxZoom || p.MaxZoom > tiles.MaxZoom {
		return Report{}, geo.Refuse(
			geo.Tf("级别范围 %d–%d 无效", "the zooms %d to %d make no range", p.MinZoom, p.MaxZoom),
			geo.Tf("级别从 0 到 %d，最小的在前", "zooms go from 0 to %d, the smaller first", tiles.MaxZoom))
	}
	a := &archive{w: w, source: source, plan: &p, places: make(map[[16]byte]entry)}
	if _, err := w.Seek(rootEnd, io.SeekStart); err != nil {
		return Report{}, fmt.Errorf("pmtiles: %w", err)
	}
	if err := a.pyramid(ctx); err != nil {
		return Report{}, err
	}
	if len(a.entries) == 0 {
		return Report{}, geo.Refuse(
			geo.T("范围内没有要素，没有可写的瓦片", "there is no feature in the area, so there is no tile to write"),
			geo.T("检查图层和范围", "check the layers and the area"))
	}
	if err := a.finish(); err != nil {
		return Report{}, fmt.Errorf("pmtiles: %w", err)
	}
	return a.report, nil
}

// archive is an archive in the making.
type archive struct {
	w       io.WriteSeeker
	source  Source
	plan    *Plan
	entries []entry
	places  map[[16]byte]entry // contents written so far, by hash
	size    uint64             // of the data section
	report  Report
}

// pyramid draws zoom after zoom, at each the tiles below those that were touched.
func (a *archive) pyramid(ctx context.Context) error {
	p := a.plan
	if n := tiles.CoverCount(p.Bounds, p.MinZoom, p.MinZoom); n > MaxTiles {
		return tooMany(p.MinZoom, n)
	}
	a.report.Skipped = tiles.CoverCount(p.Bounds, p.MinZoom, p.MaxZoom)
	var ids []uint64
	for c := range tiles.Cover(p.Bounds, p.MinZoom, p.MinZoom) {
		ids = append(ids, ID(c))
	}
	slices.Sort(ids)
	for z := p.MinZoom; len(ids) > 0; z++ {
		a.report.Skipped -= uint64(len(ids))
		touched, err := a.level(ctx, z, ids)
		if err != nil {
			return err
		}
		if z == p.MaxZoom {
			return nil
		}
		ids = ids[:0]
		for _, id := range touched {
			for _, child := range children(id, z) {
				if c, ok := CoordOf(child); ok && tiles.Covers(p.Bounds, c) {
					ids = append(ids, child)
				}
			}
		}
		if len(ids) > MaxTiles {
			return tooMany(z+1, uint64(len(ids)))
		}
	}
	return nil
}

func tooMany(z uint8, n uint64) error {
	return geo.Refuse(
		geo.Tf("第 %d 级有 %d 个瓦片，超过上限 %d", "zoom %d has %d tiles, more than the %d an archive may have", z, n, MaxTiles),
		geo.T("缩小范围或降低最大级别", "take a smaller area or a lower greatest zoom"))
}

// drawn is a tile on its way into the archive.
type drawn struct {
	body tiles.Body
	hash [16]byte
	near bool // a feature came near
}

// level draws the tiles of a zoom, a window of them at a time, and gives the
// numbers of those that features came near.
func (a *archive) level(ctx context.Context, z uint8, ids []uint64) (touched []uint64, err error) {
	workers := runtime.GOMAXPROCS(0)
	window := make([]drawn, 64*workers)
	for from := 0; from < len(ids); from += len(window) {
		part := ids[from:min(from+len(window), len(ids))]
		work, ctx := errgroup.WithContext(ctx)
		work.SetLimit(workers)
		for i, id := range part {
			work.Go(func() (err error) {
				window[i], err = a.draw(ctx, id)
				return err
			})
		}
		if err := work.Wait(); err != nil {
			return nil, err
		}
		for i, id := range part {
			if window[i].near {
				touched = append(touched, id)
			}
			if err := a.add(id, &window[i]); err != nil {
				return nil, err
			}
		}
		if a.plan.Progress != nil {
			a.plan.Progress(z, from+len(part), len(ids))
		}
	}
	return touched, nil
}

func (a *archive) draw(ctx context.Context, id uint64) (drawn, error) {
	c, _ := CoordOf(id)
	t, err := a.source(ctx, c)
	if err != nil {
		return drawn{}, fmt.Errorf("pmtiles: tile %s: %w", c, err)
	}
	body, err := tiles.Pack(t)
	if err != nil {
		return drawn{}, err
	}
	d := drawn{body: body, near: t.Touched()}
	sum := sha256.Sum256(body.Gzip)
	copy(d.hash[:], sum[:])
	return d, nil
}

// add writes a tile behind the last one, unless its content is there already.
func (a *archive) add(id uint64, d *drawn) error {
	a.report.Dropped += d.body.Dropped
	a.report.Faulty += d.body.Faulty
	if len(d.body.Gzip) == 0 {
		return nil
	}
	a.report.Tiles++
	place, known := a.places[d.hash]
	if !known {
		if _, err := a.w.Write(d.body.Gzip); err != nil {
			return fmt.Errorf("pmtiles: %w", err)
		}
		place = entry{offset: a.size, length: uint32(len(d.body.Gzip))}
		a.places[d.hash] = place
		a.size += uint64(len(d.body.Gzip))
	}
	if n := len(a.entries); n > 0 {
		if last := &a.entries[n-1]; last.offset == place.offset && last.id+uint64(last.run) == id {
			last.run++
			return nil
		}
	}
	a.entries = append(a.entries, entry{id: id, offset: place.offset, length: place.length, run: 1})
	return nil
}

// finish writes what comes behind the tiles, then the start of the archive.
func (a *archive) finish() error {
	meta, err := json.Marshal(a.plan.Meta)
	if err != nil {
		return err
	}
	if meta, err = compress(meta); err != nil {
		return err
	}
	root, leaves, err := directories(a.entries)
	if err != nil {
		return err
	}
	h := a.header()
	h.root = section{headerSize, uint64(len(root))}
	h.data = section{rootEnd, a.size}
	h.metadata = section{rootEnd + a.size, uint64(len(meta))}
	h.leaves = section{h.metadata.offset + h.metadata.length, uint64(len(leaves))}
	for _, b := range [][]byte{meta, leaves} {
		if _, err := a.w.Write(b); err != nil {
			return err
		}
	}
	if _, err := a.w.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := a.w.Write(append(h.append(nil), root...)); err != nil {
		return err
	}
	a.report.Contents = h.Contents
	a.report.Bytes = int64(h.leaves.offset + h.leaves.length)
	return nil
}

func (a *archive) header() Header {
	p := a.plan
	about := tiles.Describe(nil, "", p.Bounds, p.MinZoom, p.MaxZoom, "en")
	last, _ := CoordOf(a.entries[len(a.entries)-1].id)
	first, _ := CoordOf(a.entries[0].id)
	return Header{
		Addressed: a.report.Tiles, Entries: uint64(len(a.entries)), Contents: uint64(len(a.places)),
		Clustered: true, internalCompression: compressionGzip, TileCompression: compressionGzip, TileType: typeMVT,
		MinZoom: first.Z, MaxZoom: last.Z,
		Bounds:     geo.Extent{MinX: about.Bounds[0], MinY: about.Bounds[1], MaxX: about.Bounds[2], MaxY: about.Bounds[3]},
		CentreZoom: max(first.Z, min(last.Z, uint8(about.Center[2]))), CentreLon: about.Center[0], CentreLat: about.Center[1],
	}
}

// directories packs entries into a root that ends in time and, when they do not fit
// there, leaf directories that it points to.
func directories(entries []entry) (root, leaves []byte, err error) {
	const room = rootEnd - headerSize
	if root, err = compress(appendDirectory(nil, entries)); err != nil || len(root) <= room {
		return root, nil, err
	}
	for perLeaf := 4096; ; perLeaf *= 2 {
		var pointers []entry
		leaves = leaves[:0]
		for part := range slices.Chunk(entries, perLeaf) {
			leaf, err := compress(appendDirectory(nil, part))
			if err != nil {
				return nil, nil, err
			}
			pointers = append(pointers, entry{id: part[0].id, offset: uint64(len(leaves)), length: uint32(len(leaf))})
			leaves = append(leaves, leaf...)
		}
		if root, err = compress(appendDirectory(nil, pointers)); err != nil || len(root) <= room {
			return root, leaves, err
		}
	}
}

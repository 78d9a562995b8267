package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/gpkg"
	"yiju/layers/scenario"
)

// Further attributes that mark the record of a scenario in a file that was written for
// exchange, which a copy of a workspace is not.
const (
	markFormat = "exchange_format"
	markHash   = "exchange_hash"
)

// GPKGOptions say what goes into a GeoPackage.
type GPKGOptions struct {
	// All puts in all features of the touched layers; otherwise those that the scenario
	// brings or changes.
	All bool
}

// WriteGPKG writes a scenario of a store as a GeoPackage: a table for each layer that
// it touches, as the scenario makes it, and the two tables that keep the scenario in a
// workspace, from which Import makes it again. The file is there wholly or not at all.
func WriteGPKG(ctx context.Context, path string, store layers.Store, s *scenario.Scenario, o GPKGOptions) error {
	batch, err := parcelBatch(ctx, store, s, o)
	if err != nil {
		return err
	}
	cannot := func(err error) error {
		return geo.Refuse(geo.Tf("无法写入 %s", "cannot write %s", path), geo.T("检查文件夹是否存在、是否有写入权限", "check that the folder exists and may be written to")).Because(err)
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".yiju-*")
	if err != nil {
		return cannot(err)
	}
	defer os.RemoveAll(dir)
	made := filepath.Join(dir, "scenario.gpkg")
	out, err := gpkg.Create(ctx, made)
	if err != nil {
		return cannot(err)
	}
	_, err = out.Apply(ctx, *batch)
	if err := errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("exchange: %s: %w", path, err)
	}
	if err := os.Rename(made, path); err != nil {
		return cannot(err)
	}
	return nil
}

// parcelBatch is all that the file will hold.
func parcelBatch(ctx context.Context, store layers.Store, s *scenario.Scenario, o GPKGOptions) (*layers.Batch, error) {
	net, err := scenario.Resolve(ctx, store, s.Base, s.Edits)
	if err != nil {
		return nil, err
	}
	view, err := scenario.NewView(ctx, store, s.Base)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	if _, err := view.Show(ctx, net); err != nil {
		return nil, err
	}
	infos, err := view.Layers(ctx)
	if err != nil {
		return nil, err
	}
	b := &layers.Batch{Author: s.Author, Reason: fmt.Sprintf("方案 scenario: %s", s.Name)}
	for _, info := range infos {
		layer := info.Schema.Layer
		touched := net.Touched(layer)
		if len(touched) == 0 {
			continue
		}
		b.Define = append(b.Define, info.Schema)
		var ids []string
		if !o.All {
			ids = []string{}
			for i := range touched {
				ids = append(ids, touched[i].ID)
			}
		}
		if err := putAll(ctx, b, view, layer, layers.Query{IDs: ids}); err != nil {
			return nil, err
		}
	}
	return b, putBook(ctx, b, store, s, net.Hash())
}

// putAll adds the features of a layer to a batch.
func putAll(ctx context.Context, b *layers.Batch, from layers.Reader, layer string, q layers.Query) error {
	for f, err := range from.Features(ctx, layer, q) {
		var missing *layers.NoLayerError
		if errors.As(err, &missing) {
			return nil
		}
		if err != nil {
			return err
		}
		f.Version = 0
		b.Edits = append(b.Edits, layers.Edit{Layer: layer, Op: layers.Put, Feature: f})
	}
	return nil
}

// putBook adds the records of the scenario, as they were when it was read, and the
// settings of the workspace.
func putBook(ctx context.Context, b *layers.Batch, store layers.Store, s *scenario.Scenario, hash string) error {
	at := layers.Revision(s.Version)
	n := len(b.Edits)
	if err := putAll(ctx, b, store, layers.ScenariosLayer, layers.Query{IDs: []string{s.ID}, At: at}); err != nil {
		return err
	}
	if len(b.Edits) != n+1 {
		return &scenario.NoScenarioError{ID: s.ID}
	}
	record := &b.Edits[n].Feature
	if record.Extra == nil {
		record.Extra = make(map[string]any)
	}
	record.Extra[markFormat], record.Extra[markHash] = int64(formatVersion), hash
	if len(s.Edits) > 0 { // rows of edits sort by scenario
		q := layers.Query{After: s.ID + "/", Limit: len(s.Edits), At: at}
		if err := putAll(ctx, b, store, layers.ScenarioEditsLayer, q); err != nil {
			return err
		}
	}
	return putAll(ctx, b, store, "settings", layers.Query{})
}

// broken words what is wrong with a file for a person.
func broken(ctx context.Context, path string, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case geo.AsFault(err) != nil:
		return err
	}
	return geo.Refuse(geo.Tf("GeoPackage 文件 %s 已损坏", "the GeoPackage %s is damaged", filepath.Base(path)),
		geo.T("重新导出方案", "export the scenario again")).Because(err)
}

// maxGPKGBytes bounds a file that is copied to be looked into.
const maxGPKGBytes = 4 << 30

// readGPKG reads the scenario that a GeoPackage was written for; nil for any other
// file. One whose layers another program has changed since is a drawing, with a note.
// The file itself is left alone: a copy is opened.
func readGPKG(ctx context.Context, path string) (*Parcel, []geo.Text, error) {
	dir, err := os.MkdirTemp("", "yiju-*")
	if err != nil {
		return nil, nil, fmt.Errorf("exchange: %w", err)
	}
	defer os.RemoveAll(dir)
	mine := filepath.Join(dir, "file.gpkg")
	if err := copyFile(path, mine); err != nil {
		return nil, nil, err
	}
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 { // what a program that has it open wrote last
		if err := copyFile(path+"-wal", mine+"-wal"); err != nil {
			return nil, nil, err
		}
	}
	store, err := gpkg.Open(ctx, mine)
	if err != nil {
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		return nil, nil, nil // not one of ours; whether it is a GeoPackage at all, the reader of drawings says
	}
	defer store.Close()
	id, hash, err := marked(ctx, store)
	if err != nil {
		return nil, nil, broken(ctx, path, err)
	}
	if id == "" {
		return nil, nil, nil
	}
	changes, err := store.Changes(ctx, 0)
	if err != nil {
		return nil, nil, broken(ctx, path, err)
	}
	for _, c := range changes {
		if c.Author == gpkg.Adopter {
			return nil, []geo.Text{geo.T("文件导出后被其他程序改过：按图纸与现状对比导入，方案中的删除只有在给出“删除缺失要素”时才会出现",
				"another program has changed the file since it was exported: it is compared with the base like a drawing; what the scenario deletes is deleted only if what is missing is")}, nil
		}
	}
	s, err := scenario.NewBook(store).Get(ctx, id)
	if err != nil {
		return nil, nil, broken(ctx, path, err)
	}
	return &Parcel{Scenario: *s, Hash: hash}, nil, nil
}

// marked finds the scenario that a file was written for.
func marked(ctx context.Context, store layers.Reader) (id, hash string, err error) {
	for f, err := range store.Features(ctx, layers.ScenariosLayer, layers.Query{}) {
		var missing *layers.NoLayerError
		if errors.As(err, &missing) {
			return "", "", nil
		}
		if err != nil {
			return "", "", err
		}
		format, is := f.Extra[markFormat].(int64)
		if !is {
			continue
		}
		if format > formatVersion {
			return "", "", geo.Refuse(geo.Tf("方案文件的格式版本 %d 较新，本程序认识到 %d", "the file of the scenario has the format %d; this program knows those up to %d", format, formatVersion),
				geo.T("用新版程序导入", "import it with a newer program"))
		}
		hash, _ := f.Extra[markHash].(string)
		return f.ID, hash, nil
	}
	return "", "", nil
}

func copyFile(from, to string) error {
	unreadable := func(err error) error {
		return geo.Refuse(geo.Tf("无法读取文件 %s", "file %s cannot be read", from), geo.T("检查路径和权限", "check the path and the rights")).Because(err)
	}
	in, err := os.Open(from)
	if err != nil {
		return unreadable(err)
	}
	defer in.Close()
	info, err := in.Stat()
	switch {
	case err != nil:
		return unreadable(err)
	case !info.Mode().IsRegular():
		return geo.Refuse(geo.Tf("%s 不是普通文件", "%s is not a regular file", from))
	case info.Size() > maxGPKGBytes:
		return geo.Refuse(geo.Tf("文件 %s 超过 %d GB", "file %s is larger than %d GB", filepath.Base(from), maxGPKGBytes>>30))
	}
	out, err := os.Create(to)
	if err != nil {
		return fmt.Errorf("exchange: %w", err)
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("exchange: %w", err)
	}
	return nil
}

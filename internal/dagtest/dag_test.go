// Package dagtest holds the import rule of ARCHITECTURE.md in a test. It parses
// the sources itself: a test that asks the go command is answered from the test
// cache and misses a new bad import.
package dagtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "yiju/"

// room is the part of the house that a package path belongs to.
func room(pkg string) string {
	first, rest, _ := strings.Cut(pkg, "/")
	if first == "data" {
		kind, _, _ := strings.Cut(rest, "/")
		return "data/" + kind
	}
	return first
}

// allowed tells whether code of one room may import a package of another.
func allowed(from, to string) bool {
	if from == to || from == "internal" || from == "cmd" {
		return from == to || to != "cmd"
	}
	return to == "geo"
}

// testOnly are packages that tests, and tests alone, may import from anywhere.
var testOnly = []string{"internal/sample"}

// barred lists what the packages below analysis/ may not import, so that an
// analysis stays a pure function.
var barred = []string{"database/sql", "net", "os", "io/ioutil", "syscall"}

// source is one parsed file.
type source struct {
	pkg     string // import path below the module
	test    bool
	imports []string
}

func sources(t *testing.T, root string) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && file != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(file, ".go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		s := source{pkg: filepath.ToSlash(rel), test: strings.HasSuffix(file, "_test.go")}
		for _, imp := range parsed.Imports {
			name, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			s.imports = append(s.imports, name)
		}
		out = append(out, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// violations words every import that breaks the rule.
func violations(files []source) []string {
	var out []string
	for _, s := range files {
		for _, name := range s.imports {
			if pkg, ours := strings.CutPrefix(name, module); ours {
				if s.test && slices.Contains(testOnly, pkg) {
					continue
				}
				if !allowed(room(s.pkg), room(pkg)) {
					out = append(out, s.pkg+" imports "+pkg)
				}
			} else if room(s.pkg) == "analysis" && !s.test && isBarred(name) {
				out = append(out, s.pkg+" imports "+name+": an analysis does no input or output")
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func isBarred(name string) bool {
	return slices.ContainsFunc(barred, func(b string) bool { return name == b || strings.HasPrefix(name, b+"/") })
}

func TestImportsFollowTheHouse(t *testing.T) {
	root, err := filepath.Abs(path.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatal(err)
	}
	files := sources(t, root)
	if len(files) < 10 {
		t.Fatalf("only %d files read below %s", len(files), root)
	}
	for _, v := range violations(files) {
		t.Error(v)
	}
}

// The rule itself must catch what it is there for.
func TestViolationsAreSeen(t *testing.T) {
	bad := []source{
		{pkg: "layers/gpkg", imports: []string{"yiju/tiles"}},
		{pkg: "tiles", imports: []string{"yiju/layers"}},
		{pkg: "analysis/walk", imports: []string{"net/http"}},
		{pkg: "analysis/walk", imports: []string{"yiju/internal/sample"}},
		{pkg: "data/osm", imports: []string{"yiju/data/geojson"}},
		{pkg: "geo", imports: []string{"yiju/layers"}},
		{pkg: "internal/api", imports: []string{"yiju/cmd/yiju"}},
		{pkg: "geo/crs", imports: []string{"yiju/internal/sample"}, test: false},
	}
	for _, s := range bad {
		if len(violations([]source{s})) != 1 {
			t.Errorf("%s importing %v is let through", s.pkg, s.imports)
		}
	}
	good := []source{
		{pkg: "layers/gpkg", imports: []string{"yiju/layers", "yiju/geo", "database/sql"}},
		{pkg: "analysis/walk", imports: []string{"yiju/internal/sample", "os"}, test: true},
		{pkg: "internal/pipeline", imports: []string{"yiju/layers", "yiju/analysis/walk", "yiju/data/osm"}},
		{pkg: "cmd/yiju", imports: []string{"yiju/internal/api", "yiju/tiles"}},
	}
	if got := violations(good); len(got) != 0 {
		t.Errorf("good imports refused: %v", got)
	}
}

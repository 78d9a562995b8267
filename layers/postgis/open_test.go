package postgis_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/layerstest"
	"yiju/layers/postgis"
)

const secret = "s3cr3t%word"

// refused checks that an error tells the person what to do, and nothing else.
func refused(t *testing.T, err error, wantEN string) {
	t.Helper()
	f := geo.AsFault(err)
	if f == nil {
		t.Fatalf("got %v; want a Fault", err)
	}
	if f.What.ZH == "" || len(f.Fix) == 0 || !strings.Contains(f.What.EN, wantEN) {
		t.Errorf("the fault is %q with %d remedies; want %q", f.What.EN, len(f.Fix), wantEN)
	}
	for _, lang := range []string{"zh", "en"} {
		said := strings.ToLower(f.Say(lang))
		for _, bad := range []string{"s3cr3t", "select ", "insert ", "pq:", "sqlstate", "connection refused"} {
			if strings.Contains(said, bad) {
				t.Errorf("the fault gives away %q: %s", bad, said)
			}
		}
	}
}

func TestOpenRefusesAddresses(t *testing.T) {
	for name, address := range map[string]string{
		"nothing":         "",
		"a file":          "city.gpkg",
		"other scheme":    "mysql://u:" + secret + "@host/db",
		"bad escape":      "postgres://u:s3cr3t%zz@host/db",
		"bad port":        "postgres://u:s3cr3t@host:port/db",
		"bad parameter":   "postgres://u:s3cr3t@host/db?sslmode=maybe",
		"keyword form":    "host=localhost password=s3cr3t",
		"quoted schema":   "postgres://u:s3cr3t@host/db?schema=a%22b",
		"capital schema":  "postgres://u:s3cr3t@host/db?schema=Yiju",
		"empty schema":    "postgres://u:s3cr3t@host/db?schema=",
		"long schema":     "postgres://u:s3cr3t@host/db?schema=" + strings.Repeat("a", 49),
		"chinese schema":  "postgres://u:s3cr3t@host/db?schema=%E5%AE%9C",
		"injected schema": "postgres://u:s3cr3t@host/db?schema=a%3BDROP+SCHEMA+public",
	} {
		t.Run(name, func(t *testing.T) {
			s, err := postgis.Open(t.Context(), address)
			if err == nil {
				s.Close()
			}
			refused(t, err, "")
		})
	}
}

func TestOpenRefusesServers(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := l.Addr().String()
	l.Close()
	_, err = postgis.Open(t.Context(), "postgres://u:s3cr3t@"+nobody+"/db")
	refused(t, err, "cannot be reached")
	_, err = postgis.Open(t.Context(), "postgres://u:s3cr3t@no-such-host.invalid/db")
	refused(t, err, "cannot be reached")

	db := plain(t)
	admin := server(t)
	var tcp bool
	if err := db.QueryRow("SELECT current_setting('listen_addresses') != ''").Scan(&tcp); err != nil || !tcp {
		t.Skip("the server listens on no port")
	}
	var port string
	if err := db.QueryRow("SELECT current_setting('port')").Scan(&port); err != nil {
		t.Fatal(err)
	}
	role := "yiju_test_poor"
	if _, err := db.Exec("CREATE ROLE " + role + " LOGIN PASSWORD 's3cr3t'"); err != nil {
		t.Skipf("the user of the tests may not make others: %v", err)
	}
	t.Cleanup(func() { db.Exec("DROP OWNED BY " + role + " CASCADE; DROP ROLE " + role) })
	as := func(user *url.Userinfo, database string) string {
		u := &url.URL{Scheme: "postgres", User: user, Host: "127.0.0.1:" + port, Path: "/" + database}
		return u.String()
	}
	database := strings.TrimPrefix(admin.Path, "/")
	_, err = postgis.Open(t.Context(), as(url.UserPassword(role, "s3cr3t-but-wrong"), database))
	refused(t, err, "refuses user")
	_, err = postgis.Open(t.Context(), as(url.UserPassword(role, "s3cr3t"), "no_such_database"))
	refused(t, err, "has no database")
	_, err = postgis.Open(t.Context(), as(url.UserPassword(role, "s3cr3t"), database))
	refused(t, err, "lacks rights")
	_, err = postgis.Open(t.Context(), as(url.UserPassword(role, "s3cr3t"), "postgres"))
	refused(t, err, "lacks PostGIS")
	u := as(url.UserPassword(role, "s3cr3t"), database) + "?sslmode=require"
	if s, err := postgis.Open(t.Context(), u); err == nil {
		s.Close()
		t.Error("a poor user was let in")
	}
}

func TestOpenRefusesLaterVersions(t *testing.T) {
	address, schema := workspace(t)
	open(t, address).Close()
	if _, err := plain(t).Exec("INSERT INTO " + schema + ".yiju_migrations (version_id, is_applied) VALUES (99999, true)"); err != nil {
		t.Fatal(err)
	}
	_, err := postgis.Open(t.Context(), address)
	refused(t, err, "newer version")
}

func TestOpenExistingMakesNothing(t *testing.T) {
	address, schema := workspace(t)
	_, err := postgis.OpenExisting(t.Context(), address)
	refused(t, err, "no workspace")
	var there bool
	if err := plain(t).QueryRow("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)", schema).Scan(&there); err != nil || there {
		t.Errorf("a schema was made: %v, %v", there, err)
	}
	open(t, address).Close()
	s, err := postgis.OpenExisting(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}

// Many servers start at once on an empty database.
func TestOpenAtTheSameTime(t *testing.T) {
	address, _ := workspace(t)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			s, err := postgis.Open(context.Background(), address)
			if err != nil {
				t.Errorf("Open: %v", err)
				return
			}
			defer s.Close()
			if _, err := s.Apply(context.Background(), layers.Batch{}); err != nil {
				t.Errorf("Apply: %v", err)
			}
		})
	}
	wg.Wait()
	if r, err := open(t, address).Newest(t.Context()); r != 6 || err != nil {
		t.Errorf("Newest = %d, %v; want 6", r, err)
	}
}

func TestWorkspacesShareADatabase(t *testing.T) {
	one, _ := workspace(t)
	two, _ := workspace(t)
	a, b := open(t, one), open(t, two)
	put := func(s *postgis.Store, id string) {
		t.Helper()
		f := geo.Feature{ID: id, Geometry: orb.Point{117, 36}}
		if _, err := s.Apply(t.Context(), layers.Batch{Edits: []layers.Edit{{Layer: "cameras", Op: layers.Put, Feature: f}}}); err != nil {
			t.Fatal(err)
		}
	}
	put(a, "of a")
	put(b, "of b")
	for f, err := range b.Features(t.Context(), "cameras", layers.Query{}) {
		if err != nil || f.ID != "of b" || f.Version != 1 {
			t.Errorf("b holds %v, %v", f, err)
		}
	}
}

// A commit in one process is told in another.
func TestNewsReachOtherStores(t *testing.T) {
	address, _ := workspace(t)
	writer, reader := open(t, address), open(t, address)
	news, err := reader.Notify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for want := layers.Revision(1); want <= 3; want++ {
		if _, err := writer.Apply(t.Context(), layers.Batch{}); err != nil {
			t.Fatal(err)
		}
		if got := <-news; got != want {
			t.Fatalf("news of revision %d, want %d", got, want)
		}
	}
	// The connection that listens is lost, and news with it.
	if _, err := plain(t).Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid != pg_backend_pid()"); err != nil {
		t.Fatal(err)
	}
	if _, err := writer.Apply(t.Context(), layers.Batch{}); err != nil {
		t.Fatal(err)
	}
	if got := <-news; got != 4 {
		t.Errorf("after the connection was lost: news of revision %d, want 4", got)
	}
}

// The ways to the data must not be a walk through all of it.
func TestQueriesUseIndexes(t *testing.T) {
	address, schema := workspace(t)
	s := open(t, address)
	var edits []layers.Edit
	for _, f := range layerstest.Town(20_000) {
		edits = append(edits, layers.Edit{Layer: "buildings", Op: layers.Add, Feature: f})
	}
	if _, err := s.Apply(t.Context(), layers.Batch{Edits: edits}); err != nil {
		t.Fatal(err)
	}
	db := plain(t)
	for query, want := range map[string]string{
		"geom && ST_MakeEnvelope(117.01, 36.01, 117.02, 36.02, 4326)": "buildings_geom",
		"id = ANY('{w000000001,w000000002}')":                         "buildings_pkey",
		"id > 'w000000100' ORDER BY id LIMIT 10":                      "buildings_pkey",
	} {
		rows, err := db.Query(fmt.Sprintf("EXPLAIN SELECT * FROM %s.buildings WHERE %s", schema, query))
		if err != nil {
			t.Fatal(err)
		}
		var plan strings.Builder
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			plan.WriteString(line + "\n")
		}
		rows.Close()
		if !strings.Contains(plan.String(), want) || strings.Contains(plan.String(), "Sort") {
			t.Errorf("%s is answered by\n%s", query, plan.String())
		}
	}
}

// A layer that is made anew while it is read must not fail its readers.
func TestReadersOutliveRedefinition(t *testing.T) {
	address, _ := workspace(t)
	s := open(t, address)
	schema := func(n int) geo.Schema {
		return geo.Schema{Layer: "trees", Kind: geo.Result, Shapes: []geo.Shape{geo.Point}, Fields: []geo.Field{{Name: fmt.Sprintf("f%d", n%2), Type: geo.Integer}}}
	}
	write := func(n int) {
		t.Helper()
		f := geo.Feature{ID: "a", Geometry: orb.Point{float64(n), 1}, Attributes: map[string]any{fmt.Sprintf("f%d", n%2): int64(n)}}
		_, err := s.Apply(t.Context(), layers.Batch{Define: []geo.Schema{schema(n)}, Clear: []string{"trees"}, Edits: []layers.Edit{{Layer: "trees", Op: layers.Put, Feature: f}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Apply(t.Context(), layers.Batch{Define: []geo.Schema{schema(0)}}); err != nil {
		t.Fatal(err)
	}
	write(0)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				seen := 0
				for f, err := range s.Features(context.Background(), "trees", layers.Query{}) {
					if err != nil {
						t.Errorf("Features: %v", err)
						return
					}
					seen++
					n := int(f.Geometry.(orb.Point)[0])
					if v := f.Attributes[fmt.Sprintf("f%d", n%2)]; v != int64(n) {
						t.Errorf("a reader saw a mixture: %v", f)
					}
				}
				if seen != 1 {
					t.Errorf("a reader saw %d features; the layer always holds one", seen)
					return
				}
			}
		})
	}
	for n := 1; n < 40; n++ {
		write(n)
	}
	close(stop)
	wg.Wait()
}

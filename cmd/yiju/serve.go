package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"yiju/geo"
	"yiju/internal/api"
	"yiju/internal/stores"
	"yiju/layers"
)

const (
	defaultAddr   = "127.0.0.1:8080"
	shutdownGrace = 10 * time.Second
)

func newServeCommand(a *app) *cobra.Command {
	addr := defaultAddr
	cmd := &cobra.Command{
		Use:   "serve",
		Short: a.say("在本机打开地图", "Serve the map on this machine"),
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := api.RequireLoopback(addr); err != nil {
				return err
			}
			store, err := a.openStore(cmd.Context(), stores.MustExist)
			if err != nil {
				return err
			}
			defer store.Close()
			return a.serve(cmd.Context(), store, addr)
		},
	}
	cmd.Flags().StringVar(&addr, "addr", addr, a.say("监听地址（仅本机）", "address to listen on (this machine only)"))
	return cmd
}

// serveGC is how much the heap may grow between collections, in per cent, where GOGC
// does not say. What a scenario under edit keeps is large and lives long: with the usual
// 100 every eighth edit waits for a whole collection.
const serveGC = 300

// serve answers until ctx ends, then lets requests under way finish.
func (a *app) serve(ctx context.Context, store layers.Store, addr string) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(serveGC)
	}
	handler, err := api.New(ctx, store, a.log)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return geo.Refuse(geo.Tf("无法在 %s 上监听", "cannot listen on %s", addr),
			geo.T("该端口可能已被占用，换一个：--addr 127.0.0.1:8081", "the port may be taken; use another: --addr 127.0.0.1:8081")).Because(err)
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	fmt.Fprintln(a.stdout, a.say("地图地址：", "The map: ")+"http://"+listener.Addr().String()+"/")
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	if err := server.Shutdown(grace); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

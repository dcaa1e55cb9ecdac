#!/usr/bin/env bash
# A Slurm of this machine alone, for tests: root, loopback, everything below one folder; no systemd, no munge, no cgroups.
#   slurm.sh start DIR NODES CPUS      then: export SLURM_CONF=DIR/slurm.conf
#   slurm.sh stop DIR
set -eu
command=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
export SLURM_CONF=$dir/slurm.conf

start() { # nodes, processors that each claims to have
    local host last node
    host=$(hostname -s)
    last=$((27818 + $1 - 1))
    mkdir -p "$dir/state" "$dir/log" "$dir/run"
    cat > "$SLURM_CONF" << CONF
ClusterName=fanwise
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=27817
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool-%n
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/slurmd-%n.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=5
SchedulerParameters=batch_sched_delay=0,sched_min_interval=1
NodeName=n[1-$1] NodeHostname=$host NodeAddr=127.0.0.1 Port=[27818-$last] CPUs=$2 State=UNKNOWN
PartitionName=debug Nodes=n[1-$1] Default=YES MaxTime=INFINITE State=UP
CONF
    : > "$dir/run/ours"
    slurmctld -D > "$dir/log/slurmctld.out" 2>&1 & echo $! >> "$dir/run/ours"
    for node in $(seq 1 "$1"); do
        mkdir -p "$dir/spool-n$node"
        slurmd -D -N "n$node" > "$dir/log/slurmd-n$node.out" 2>&1 & echo $! >> "$dir/run/ours"
    done
    for _ in $(seq 1 300); do
        [ "$(sinfo -h -t idle -o %D 2> /dev/null || true)" = "$1" ] && return
        sleep 0.1
    done
    tail -n 20 "$dir"/log/* >&2
    return 1
}

stop() {
    local process
    scontrol shutdown 2> /dev/null || true
    for _ in $(seq 1 50); do
        kill -0 $(cat "$dir/run/ours") 2> /dev/null || return 0
        sleep 0.1
    done
    for process in $(cat "$dir/run/ours"); do kill "$process" 2> /dev/null || true; done
}

case $command in
    start) start "$3" "$4" ;;
    stop) stop ;;
esac
